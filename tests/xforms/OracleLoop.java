import java.io.BufferedReader;
import java.io.File;
import java.io.FileInputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.javarosa.core.model.SelectChoice;
import org.javarosa.core.reference.PrefixedRootFactory;
import org.javarosa.core.reference.Reference;
import org.javarosa.core.reference.ReferenceManager;
import org.javarosa.core.reference.ResourceReference;
import org.javarosa.form.api.FormEntryController;
import org.javarosa.form.api.FormEntryModel;
import org.javarosa.form.api.FormEntryPrompt;
import org.javarosa.test.Scenario;

/**
 * Asks the oracle about one form after another, without a new virtual machine for each.
 *
 * <p>A line on standard input: form, commands, answers (files), folder of the form's media, with
 * tabs between. Answered with "done" when the answers are written; a form that is refused leaves
 * the reason as the only line. The command "texts LANGUAGE" as the only one is answered with what
 * the form shows right after it was opened: one JSON line a question.
 */
public class OracleLoop {
    public static void main(String[] args) throws Exception {
        PrintStream said = System.out;
        BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        String line;
        while ((line = in.readLine()) != null) {
            String[] words = line.split("\t", -1);
            media(words[3]);
            try (FileInputStream commands = new FileInputStream(words[1]);
                    PrintStream answers = new PrintStream(words[2], StandardCharsets.UTF_8)) {
                System.setIn(commands);
                System.setOut(answers);
                try {
                    answer(words[0], Path.of(words[1]));
                } catch (Throwable refused) {
                    answers.println("refused: " + refused.toString().replace('\n', ' '));
                }
            }
            said.println("done");
            said.flush();
        }
    }

    private static void answer(String form, Path commands) throws Exception {
        String first = java.nio.file.Files.readString(commands).lines().findFirst().orElse("");
        if (first.startsWith("texts")) {
            texts(Scenario.init(new File(form)), first.substring("texts".length()).trim());
        } else {
            Oracle.main(new String[] {form});
        }
    }

    private static void texts(Scenario scenario, String language) {
        if (!language.isEmpty()) {
            scenario.setLanguage(language);
        }
        scenario.jumpToBeginningOfForm();
        while (!scenario.atTheEndOfForm()) {
            scenario.next();
            FormEntryModel model = scenario.getFormEntryController().getModel();
            if (model.getEvent() == FormEntryController.EVENT_QUESTION) {
                text(model.getQuestionPrompt());
            }
        }
    }

    private static void text(FormEntryPrompt prompt) {
        StringBuilder line = new StringBuilder("{\"ref\": ");
        line.append(quote(prompt.getIndex().getReference().toString(true)));
        line.append(", \"label\": ").append(quote(prompt.getQuestionText()));
        line.append(", \"hint\": ").append(quote(prompt.getHelpText()));
        line.append(", \"choices\": [");
        List<SelectChoice> choices = prompt.getSelectChoices();
        for (int at = 0; choices != null && at < choices.size(); at++) {
            String label = prompt.getSelectChoiceText(choices.get(at));
            line.append(at == 0 ? "" : ", ").append(quote(label));
        }
        System.out.println(line.append("]}"));
    }

    private static String quote(String text) {
        return Oracle.quote(text == null ? "" : text);
    }

    private static void media(String folder) {
        ReferenceManager.instance().reset();
        for (String kind : new String[] {"file", "file-csv", "instance"}) {
            ReferenceManager.instance().addReferenceFactory(new Files(kind, folder));
        }
    }

    private static final class Files extends PrefixedRootFactory {
        private final String folder;

        Files(String kind, String folder) {
            super(new String[] {kind + "/"});
            this.folder = folder;
        }

        @Override
        protected Reference factory(String name, String uri) {
            return new LocalFile(new File(folder, name));
        }
    }

    private static final class LocalFile extends ResourceReference {
        private final File file;

        LocalFile(File file) {
            super(file.getPath());
            this.file = file;
        }

        @Override
        public String getLocalURI() {
            return file.getAbsolutePath();
        }

        @Override
        public java.io.InputStream getStream() throws java.io.IOException {
            return new FileInputStream(file);
        }
    }
}
