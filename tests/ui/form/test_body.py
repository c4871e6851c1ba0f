"""The body of the form: one step at a time."""

from __future__ import annotations

from tests.ui.form.test_page import editor, type_into, value


def seen(page):
    return [ref for ref, question in page.body.questions.items() if question.isVisible()]


def test_one_step_alone_is_shown_and_then_everything_again(page):
    everything = seen(page)
    page.body.steps("questions")
    page.body.show_step("/data/depth")
    assert seen(page) == ["/data/depth"]
    assert not page.body.repeats["/data/crack"].isVisible()
    page.body.show_step("/data/crack")
    assert page.body.repeats["/data/crack"].isVisible()
    assert not [ref for ref in seen(page) if not ref.startswith("/data/crack[")]
    page.body.show_step(None)
    assert seen(page) == everything


def test_a_step_of_a_group_shows_the_name_of_the_group(page):
    page.driver.answer("/data/kind", "slide")
    page.body.steps("questions")
    page.body.show_step(page.body.step_of("/data/slide/width"))
    assert seen(page) == ["/data/slide/width"]
    assert page.body.sections["/data/slide"].title.isVisible()


def test_parts_of_the_form_as_steps(page):
    steps = page.body.steps("groups")
    assert [step.title for step in steps] == ["谁", "裂缝"]
    page.body.show_step(steps[1].key)
    assert page.body.repeats["/data/crack"].isVisible()
    assert "/data/who" not in seen(page)


def test_turning_the_page_keeps_what_is_being_typed(page):
    page.body.steps("questions")
    page.body.show_step("/data/who")
    type_into(page, "/data/who", "张三")
    page.body.show_step("/data/story")
    assert not editor(page, "/data/who").isVisible()
    page.body.show_step("/data/who")
    assert editor(page, "/data/who").line.text() == "张三"
    editor(page, "/data/who").flush()
    assert value(page, "/data/who") == "张三"


def test_an_answer_shows_no_question_of_another_step(page):
    page.body.steps("questions")
    page.body.show_step("/data/kind")
    page.driver.answer("/data/kind", "slide")
    assert seen(page) == ["/data/kind"]
    assert "/data/slide/width" in [step.key for step in page.body.steps("questions")]


def test_the_step_stays_when_everything_is_drawn_anew(page):
    page.body.steps("questions")
    page.body.show_step("/data/kind")
    page.driver.session.set_language("English (en)")
    page.body.build()
    assert seen(page) == ["/data/kind"]
    assert page.body.steps("questions")[5].title == "Kind"


def test_an_unknown_step_shows_nothing_and_belongs_to_nothing(page):
    assert page.body.step_of("/data/nowhere") == ""
    page.body.show_step("/data/nowhere")
    assert seen(page) == []


def test_going_into_an_entry_that_is_not_there_finds_nothing(page):
    assert page.body.go_to("/data/crack[9]") is None
    assert page.body.go_to("/data/crack[9]/name") is None
    assert page.body.go_to("") is None
