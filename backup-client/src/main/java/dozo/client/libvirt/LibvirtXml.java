package dozo.client.libvirt;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.ErrorHandler;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/**
 * Reads what libvirt writes: XML without a document type, so that there are no entities, and
 * nothing that it names is fetched.
 */
final class LibvirtXml {

  /** A domain with hundreds of devices has a few hundred kilobytes. */
  private static final int MAXIMUM_CHARACTERS = 4 << 20;

  private LibvirtXml() {}

  /**
   * Parses a document.
   *
   * @param root the name that its root element has to have
   * @throws IOException if it is not such a document
   */
  static Element parse(String text, String root) throws IOException {
    if (text.length() > MAXIMUM_CHARACTERS) {
      throw new IOException("libvirt's XML of a " + root + " is longer than is believed");
    }
    Element element;
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_DTD, "");
      factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
      factory.setXIncludeAware(false);
      factory.setExpandEntityReferences(false);
      DocumentBuilder builder = factory.newDocumentBuilder();
      builder.setErrorHandler(new Throwing());
      element = builder.parse(new InputSource(new StringReader(text))).getDocumentElement();
    } catch (SAXException e) {
      throw new IOException("libvirt's XML of a " + root + " cannot be read: " + e.getMessage(), e);
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("The JDK's XML parser cannot be made safe", e);
    }
    if (!element.getTagName().equals(root)) {
      throw new IOException("libvirt's XML is of a " + element.getTagName() + ", not a " + root);
    }
    return element;
  }

  /** The elements that are reached by going down from one by names. */
  static List<Element> path(Element from, String... names) {
    List<Element> reached = List.of(from);
    for (String name : names) {
      List<Element> next = new ArrayList<>();
      for (Element each : reached) {
        for (Node child = each.getFirstChild(); child != null; child = child.getNextSibling()) {
          if (child instanceof Element element && element.getTagName().equals(name)) {
            next.add(element);
          }
        }
      }
      reached = next;
    }
    return reached;
  }

  /** The attribute of the first element that is reached by names; empty if there is none. */
  static String attribute(Element from, String attribute, String... names) {
    List<Element> reached = path(from, names);
    return reached.isEmpty() ? "" : reached.getFirst().getAttribute(attribute);
  }

  /** The text of the first element that is reached by names; empty if there is none. */
  static String text(Element from, String... names) {
    List<Element> reached = path(from, names);
    return reached.isEmpty() ? "" : reached.getFirst().getTextContent().strip();
  }

  /** The parser's own prints what it meets to standard error. */
  private static final class Throwing implements ErrorHandler {
    @Override
    public void warning(SAXParseException e) {}

    @Override
    public void error(SAXParseException e) throws SAXException {
      throw e;
    }

    @Override
    public void fatalError(SAXParseException e) throws SAXException {
      throw e;
    }
  }
}
