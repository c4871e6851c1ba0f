import java.io.BufferedReader;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.javarosa.core.reference.PrefixedRootFactory;
import org.javarosa.core.reference.Reference;
import org.javarosa.core.reference.ReferenceManager;
import org.javarosa.core.reference.ResourceReference;

/**
 * Asks the oracle about one form after another, without a new virtual machine for each.
 *
 * <p>A line on standard input: form, commands, answers (files), folder of the form's media, with
 * tabs between. Answered with "done" when the answers are written; a form that is refused leaves
 * the reason as the only line.
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
                    PrintStream answers = new PrintStream(new FileOutputStream(words[2]))) {
                System.setIn(commands);
                System.setOut(answers);
                try {
                    Oracle.main(new String[] {words[0]});
                } catch (Throwable refused) {
                    answers.println("refused: " + refused.toString().replace('\n', ' '));
                }
            }
            said.println("done");
            said.flush();
        }
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
