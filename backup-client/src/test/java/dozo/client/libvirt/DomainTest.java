package dozo.client.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DomainTest {
  static final String UUID_TEXT = "6f9619ff-8b86-4011-b42d-00c04fc964ff";

  /** What libvirt 9.0 says of a machine, but for what is not looked at. */
  static final String XML =
      """
      <domain type='qemu' id='3'>
        <name>web</name>
        <uuid>6f9619ff-8b86-4011-b42d-00c04fc964ff</uuid>
        <devices>
          <disk type='file' device='disk'>
            <driver name='qemu' type='qcow2'/>
            <source file='/srv/vm/web.qcow2' index='3'/>
            <backingStore/>
            <target dev='vda' bus='virtio'/>
          </disk>
          <disk type='block' device='disk'>
            <driver name='qemu' type='raw'/>
            <source dev='/dev/vg/data'/>
            <blockio logical_block_size='4096' physical_block_size='4096'/>
            <target dev='vdb' bus='virtio'/>
          </disk>
          <disk type='file' device='disk'>
            <driver name='qemu' type='qcow2'/>
            <source file='/srv/vm/quorum.qcow2'/>
            <target dev='vdc' bus='virtio'/>
            <shareable/>
          </disk>
          <disk type='file' device='cdrom'>
            <target dev='hda' bus='ide'/>
            <readonly/>
          </disk>
          <channel type='unix'>
            <source mode='bind' path='/run/web.agent'/>
            <target type='virtio' name='org.qemu.guest_agent.0' state='connected'/>
          </channel>
        </devices>
        <seclabel type='dynamic' model='dac' relabel='yes'>
          <label>+64055:+64055</label>
          <imagelabel>+64055:+64055</imagelabel>
        </seclabel>
      </domain>
      """;

  @TempDir private Path directory;

  private static Domain read(String xml) throws IOException {
    return Domain.of(LibvirtXml.parse(xml, "domain"));
  }

  @Test
  void tellsWhatABackupHasToKnow() throws IOException {
    Domain domain = read(XML);
    assertThat(domain.uuid()).isEqualTo(UUID.fromString(UUID_TEXT));
    assertThat(domain.name()).isEqualTo("web");
    assertThat(domain.agent()).contains("connected");
    assertThat(domain.owner()).contains(new Domain.Owner(64055, 64055));
    assertThat(domain.disks())
        .containsExactly(
            new Domain.Disk("vda", "qcow2", true, false, 512, 512),
            new Domain.Disk("vdb", "raw", true, false, 4096, 4096),
            new Domain.Disk("vdc", "qcow2", true, true, 512, 512),
            new Domain.Disk("hda", "", false, false, 512, 512));
    assertThat(domain.disks())
        .extracting(Domain.Disk::isTrackable)
        .containsExactly(true, false, false, false);
  }

  @Test
  void knowsAMachineWithoutAnAgent() throws IOException {
    Domain domain = read(XML.replace("org.qemu.guest_agent.0", "com.redhat.spice.0"));
    assertThat(domain.agent()).isEqualTo(Optional.empty());
  }

  @Test
  void takesNoPathForATarget() {
    assertThatThrownBy(() -> read(XML.replace("'vda'", "'../vda'")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("../vda");
  }

  @Test
  void readsNoDocumentType() throws IOException {
    Path secret = Files.writeString(directory.resolve("secret"), "web");
    String entity =
        "<!DOCTYPE domain [<!ENTITY name SYSTEM \"%s\">]>\n".formatted(secret.toUri())
            + XML.replace("<name>web", "<name>&name;");
    assertThatThrownBy(() -> read(entity)).hasMessageContaining("DOCTYPE");
  }

  @Test
  void readsNothingElseForADomain() {
    assertThatThrownBy(() -> read("<pool/>")).hasMessageContaining("pool");
    assertThatThrownBy(() -> read("error: no")).hasMessageContaining("cannot be read");
    assertThatThrownBy(() -> read("<domain/>")).hasMessageContaining("UUID");
    assertThatThrownBy(() -> read("<domain>" + " ".repeat(5 << 20) + "</domain>"))
        .hasMessageContaining("longer than is believed");
  }
}
