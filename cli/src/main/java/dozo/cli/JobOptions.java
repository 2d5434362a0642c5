package dozo.cli;

import dozo.cli.job.Job;
import dozo.cli.job.JobFile;
import dozo.cli.secret.SecretReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/** The job that a command is about. */
final class JobOptions {

  @Parameters(paramLabel = "FILE", description = "The job's file.")
  private Path file = Path.of("");

  Job read(SecretReader secrets) throws IOException {
    return JobFile.read(file, secrets, thisHost());
  }

  private static String thisHost() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }
}
