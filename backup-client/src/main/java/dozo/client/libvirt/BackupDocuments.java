package dozo.client.libvirt;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Writes what libvirt is to do: the documents of <a href="https://libvirt.org/formatbackup.html">a
 * backup</a> and of <a href="https://libvirt.org/formatcheckpoint.html">a checkpoint</a>.
 *
 * @param plan what is made
 * @param all every disk and drive of the machine; libvirt is told of each what to do with it
 * @param chosen the targets that are backed up
 */
record BackupDocuments(LibvirtPlan plan, List<Domain.Disk> all, Set<String> chosen) {

  /** Writes the parts of one document. */
  private interface Body {
    void write(XMLStreamWriter xml) throws XMLStreamException;
  }

  /** The name of a disk's export. */
  static String export(String target) {
    return target;
  }

  /** The name of the bitmap of what has changed that is exported beside a disk. */
  static String bitmap(String target) {
    return "backup-" + target;
  }

  /**
   * Writes the description of a backup job.
   *
   * @param since the checkpoints whose changes are told, by targets
   */
  Path backup(String file, Map<String, String> since) throws IOException {
    return write(
        file,
        xml -> {
          xml.writeStartElement("domainbackup");
          xml.writeAttribute("mode", "pull");
          xml.writeEmptyElement("server");
          xml.writeAttribute("transport", "unix");
          xml.writeAttribute("socket", plan.nbdSocket().toString());
          xml.writeStartElement("disks");
          for (Domain.Disk disk : all) {
            disk(xml, disk.target(), since);
          }
          xml.writeEndElement();
          xml.writeEndElement();
        });
  }

  private void disk(XMLStreamWriter xml, String target, Map<String, String> since)
      throws XMLStreamException {
    xml.writeStartElement("disk");
    xml.writeAttribute("name", target);
    xml.writeAttribute("backup", chosen.contains(target) ? "yes" : "no");
    if (chosen.contains(target)) {
      xml.writeAttribute("type", "file");
      String checkpoint = since.get(target);
      xml.writeAttribute("backupmode", checkpoint == null ? "full" : "incremental");
      xml.writeAttribute("exportname", export(target));
      if (checkpoint != null) {
        xml.writeAttribute("incremental", checkpoint);
        xml.writeAttribute("exportbitmap", bitmap(target));
      }
      xml.writeEmptyElement("scratch");
      xml.writeAttribute("file", plan.scratchFile(target).toString());
    }
    xml.writeEndElement();
  }

  /**
   * Writes the description of a checkpoint.
   *
   * @param tracked the targets whose changes it is to tell
   */
  Path checkpoint(String file, Set<String> tracked) throws IOException {
    return write(
        file,
        xml -> {
          xml.writeStartElement("domaincheckpoint");
          xml.writeStartElement("name");
          xml.writeCharacters(plan.checkpoint());
          xml.writeEndElement();
          xml.writeStartElement("description");
          xml.writeCharacters("Made by dozo backup, and removed by the next one");
          xml.writeEndElement();
          xml.writeStartElement("disks");
          for (Domain.Disk disk : all) {
            xml.writeEmptyElement("disk");
            xml.writeAttribute("name", disk.target());
            xml.writeAttribute("checkpoint", tracked.contains(disk.target()) ? "bitmap" : "no");
          }
          xml.writeEndElement();
          xml.writeEndElement();
        });
  }

  private Path write(String file, Body body) throws IOException {
    StringWriter text = new StringWriter();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
      body.write(xml);
      xml.close();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("A document in memory cannot be written", e);
    }
    return Files.writeString(plan.documents().resolve(file), text.toString(), UTF_8);
  }
}
