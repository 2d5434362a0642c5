package dozo.cli.job;

import dozo.client.source.DiskFile;
import dozo.client.source.FileVmSource;
import dozo.client.source.VmSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Where a job finds a VM's disks. */
public sealed interface JobSource {

  /**
   * Opens the source for one backup.
   *
   * @throws IOException if it is not what the job says
   */
  VmSource open() throws IOException;

  /** In a word, for events. */
  String kind();

  /**
   * In files or devices that stand still meanwhile.
   *
   * @param disks the disks
   * @param configuration files that are kept beside them
   */
  record Files(List<DiskFile> disks, List<Path> configuration) implements JobSource {

    /** Keeps copies. */
    public Files {
      disks = List.copyOf(disks);
      configuration = List.copyOf(configuration);
    }

    @Override
    public VmSource open() {
      return new FileVmSource(disks, configuration);
    }

    @Override
    public String kind() {
      return "files";
    }
  }
}
