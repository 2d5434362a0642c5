package dozo.cli.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dozo.cli.config.ConfigException;
import dozo.cli.config.Mistake;
import dozo.cli.secret.SecretPlace;
import dozo.cli.secret.SecretReader;
import dozo.client.Transfer;
import dozo.client.VmIds;
import dozo.client.source.DiskFile;
import dozo.format.manifest.ConsistencyLevel;
import dozo.protocol.ServerAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobFileTest {

  private static final String FINGERPRINT = "ab".repeat(32);

  @TempDir private Path directory;

  private Job read(String text, Map<String, String> environment) throws IOException {
    Path file = Files.writeString(directory.resolve("weekly.yaml"), text);
    return JobFile.read(file, new SecretReader(environment), "hv1");
  }

  private List<String> mistakes(String text) {
    return catchThrowableOfType(ConfigException.class, () -> read(text, Map.of()))
        .mistakes()
        .stream()
        .map(Mistake::toString)
        .toList();
  }

  @Test
  void readsTheExample() throws Exception {
    Path file = directory.resolve("example.yaml");
    try (var in = JobFile.class.getResourceAsStream("example.yaml")) {
      Files.copy(Objects.requireNonNull(in), file);
    }
    Job job = JobFile.read(file, new SecretReader(Map.of()), "hv1");
    assertThat(job.name()).isEqualTo("nightly");
    assertThat(job.parallel()).isEqualTo(2);
    assertThat(job.attempts()).isEqualTo(new Attempts(3, Duration.ofMinutes(10)));
    assertThat(job.vms())
        .extracting(vm -> vm.source().kind())
        .containsExactly("files", "files", "qemu", "libvirt", "lvm", "hyperv");
    assertThat(job.vms().get(2).required()).isEqualTo(ConsistencyLevel.FILESYSTEM);
    JobVm db = job.vms().get(1);
    assertThat(db.attributes()).isEqualTo(Map.of("site", "west", "tier", "gold"));
    assertThat(db.hooks().before()).containsExactly("/usr/local/sbin/quiesce", "db");
    assertThat(db.hooks().after()).isEmpty();
    assertThat(job.vms().getFirst().hooks().timeout()).isEqualTo(Duration.ofHours(1));
  }

  @Test
  void takesFromTheEnvironmentWhatTheFileLeavesOut() throws Exception {
    Job job =
        read(
            """
            vms:
              - name: web
                files: {disks: {disk0: disk.raw, disk1: chain/leaf.avhdx}}
            """,
            Map.of(
                "DOZO_SERVER", "backup1",
                "DOZO_FINGERPRINT", FINGERPRINT,
                "DOZO_TOKEN_FILE", "/etc/dozo/token"));
    assertThat(job.name()).isEqualTo("weekly");
    assertThat(job.server().address()).isEqualTo(ServerAddress.parse("backup1"));
    assertThat(job.server().trust()).isPresent();
    assertThat(job.server().token()).contains(new SecretPlace.InFile(Path.of("/etc/dozo/token")));
    assertThat(job.transfer()).isEqualTo(Transfer.AUTO);
    assertThat(job.parallel()).isEqualTo(1);
    JobVm vm = job.vms().getFirst();
    assertThat(vm.vm().id()).isEqualTo(VmIds.ofName("default", "web"));
    assertThat(vm.vm().host()).isEqualTo("hv1");
    assertThat(((JobSource.Files) vm.source()).disks())
        .containsExactly(
            new DiskFile("disk0", directory.resolve("disk.raw"), DiskFile.Format.RAW),
            new DiskFile("disk1", directory.resolve("chain/leaf.avhdx"), DiskFile.Format.VHDX));
  }

  @Test
  void tellsEveryMistake() {
    assertThat(
            mistakes(
                """
                server: backup1:8470
                fingerprint: 12
                parallel: 0
                network:
                  transfer: fast
                  limits:
                    - {hours: 8-18, rate: 10M}
                    - {rate: 1K}
                    - {hours: "08:00-18:00"}
                hooks: {before: [], timeout: 30d}
                vms:
                  - name: web
                    id: web
                    files: {disks: {disk0: web.qcow2}}
                  - files: {config: x.xml}
                  - name: web
                    files: {disks: {disk0: web.raw}, format: vmdk}
                """))
        .satisfiesExactly(
            m -> assertThat(m).startsWith("line 1: token-file is missing"),
            m -> assertThat(m).startsWith("line 2: fingerprint is to be 64 hex digits"),
            m -> assertThat(m).startsWith("line 3: parallel is to be a number from 1 to 64"),
            m -> assertThat(m).startsWith("line 5: network.transfer is to be one of auto, stream"),
            m -> assertThat(m).startsWith("line 7: network.limits[0].hours is to be hours such"),
            m -> assertThat(m).startsWith("line 8: network.limits[1].rate is to be 64K"),
            m -> assertThat(m).startsWith("line 9: network.limits[2].rate is missing"),
            m -> assertThat(m).startsWith("line 10: hooks.timeout is to be 1s to 7d"),
            m -> assertThat(m).startsWith("line 13: vms[0].id is to be a UUID"),
            m -> assertThat(m).startsWith("line 14: vms[0].files.disks.disk0 is no disk"),
            m -> assertThat(m).startsWith("line 15: vms[1].name is missing"),
            m -> assertThat(m).startsWith("line 15: vms[1].files.disks is missing"),
            m ->
                assertThat(m)
                    .startsWith("line 16: vms[2].name and id are those of the VM on line 12"),
            m ->
                assertThat(m).startsWith("line 17: vms[2].files.format is to be one of raw, vhdx"));
  }

  @Test
  void putsTogetherWhatIsOfOneGroup() throws Exception {
    Job job =
        read(
            """
            server: unix:/run/dozo/dozo.sock
            vms:
              - {name: web, group: shop, files: {disks: {disk0: web.raw}}}
              - {name: mail, files: {disks: {disk0: mail.raw}}}
              - {name: db, group: shop, qemu: {qmp: db.qmp}}
              - {name: erp, group: shop, libvirt: {domain: erp}}
            """,
            Map.of());
    assertThat(job.together())
        .extracting(members -> members.stream().map(vm -> vm.vm().name()).toList())
        .containsExactly(List.of("web", "db", "erp"), List.of("mail"));
    assertThat(job.vms().getFirst().attributes()).containsEntry("group.name", "shop");
  }

  @Test
  void aGroupHasTwoVmsThatCanBeCaughtTogether() {
    assertThat(
            mistakes(
                """
                server: unix:/run/dozo/dozo.sock
                vms:
                  - {name: web, group: alone, files: {disks: {disk0: web.raw}}}
                  - {name: mail, group: two, files: {disks: {disk0: mail.raw}}}
                  - name: erp
                    id: 0e7f3a52-9d4b-4c1e-8a6f-2b5d7c9e1f30
                    group: two
                    hyperv: {consistency: crash}
                """))
        .satisfiesExactlyInAnyOrder(
            first -> assertThat(first).contains("group", "two VMs or more"),
            second -> assertThat(second).contains("group", "not for one of hyperv"));
  }

  @Test
  void wantsOneSourceThatCanBeWhatIsRequired() {
    assertThat(
            mistakes(
                """
                server: unix:/run/dozo.sock
                require: filesystem
                vms:
                  - {name: a, files: {disks: {disk0: a.raw}}}
                  - {name: b, qemu: {qmp: b.qmp}, hyperv: {}}
                  - {name: c, hyperv: {consistency: good}}
                """))
        .containsExactly(
            "line 4: vms[0].require is to be crash for a source of files: nothing freezes the"
                + " guest",
            "line 5: vms[1].hyperv and qemu exclude one another",
            "line 5: vms[1].require is to be crash for a machine of qemu without an agent",
            "line 6: vms[2].id is missing",
            "line 6: vms[2].hyperv.consistency is to be one of crash, filesystem, application,"
                + " not \"good\"");
  }

  @Test
  void wantsAVmAndAServer() {
    assertThat(mistakes("name: x\n"))
        .containsExactly("line 1: server is missing", "line 1: vms is missing");
    assertThat(mistakes("server: unix:/run/dozo.sock\nvms: []\n"))
        .containsExactly("line 2: vms is to have one VM or more");
  }
}
