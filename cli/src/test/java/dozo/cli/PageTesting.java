package dozo.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dozo.cli.quickstart.Tool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/**
 * What tests of the page for admins have in common: a server, and a real browser. Screenshots go to
 * {@code target/screenshots}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PageTesting {

  static final double PATIENCE_MILLIS = 120_000;
  static final String PASSWORD = "a long and boring password";
  private static final Path SCREENSHOTS = Path.of("target/screenshots");

  /** What the browser complained of. */
  final List<String> faults = new ArrayList<>();

  ServerProcess server;
  private Playwright playwright;
  private Browser browser;

  /** Starts what is looked at. */
  abstract ServerProcess startServer() throws Exception;

  @BeforeAll
  final void start() throws Exception {
    Optional<Tool> chromium = Tool.find("chromium");
    assumeThat(chromium).as("without chromium the page is NOT tested").isPresent();
    server = startServer();
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(chromium.orElseThrow().path())
                    .setArgs(List.of("--no-sandbox", "--disable-gpu")));
    Files.createDirectories(SCREENSHOTS);
    PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLIS);
  }

  @AfterAll
  final void stop() {
    if (browser != null) {
      browser.close();
    }
    if (playwright != null) {
      playwright.close();
    }
    if (server != null) {
      server.close();
    }
  }

  final Page visit(ColorScheme colors) {
    BrowserContext context =
        browser.newContext(
            new Browser.NewContextOptions()
                .setIgnoreHTTPSErrors(true)
                .setColorScheme(colors)
                .setViewportSize(1280, 900));
    context.setDefaultTimeout(PATIENCE_MILLIS);
    Page page = context.newPage();
    page.onConsoleMessage(message -> {
      if (message.type().equals("error")) {
        faults.add(message.text());
      }
    });
    page.onPageError(faults::add);
    page.navigate("https://127.0.0.1:" + server.adminPort() + "/");
    return page;
  }

  final Page open(String user, ColorScheme colors) {
    Page page = visit(colors);
    logIn(page, user);
    assertThat(heading(page, "Overview")).isVisible();
    return page;
  }

  static void logIn(Page page, String user) {
    page.getByLabel("Name").fill(user);
    page.getByLabel("Password").fill(PASSWORD);
    page.keyboard().press("Enter");
  }

  static Locator heading(Page page, String text) {
    return page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName(text).setLevel(1));
  }

  static Locator button(Page page, String name) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(Pattern.compile("^" + name)));
  }

  static void go(Page page, String link) {
    page.getByLabel("Pages", new Page.GetByLabelOptions().setExact(true))
        .getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName(link).setExact(true))
        .click();
    assertThat(heading(page, link)).isVisible();
  }

  static void confirm(Page page, String word) {
    page.getByRole(AriaRole.DIALOG)
        .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(word).setExact(true))
        .click();
  }

  /** Takes a picture, and holds the page to WCAG 2.1 AA as far as axe can. */
  static void judge(Page page, String name) {
    page.screenshot(
        new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve(name + ".png")).setFullPage(true));
    List<Rule> violations =
        new AxeBuilder(page)
            .withTags(List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa"))
            .analyze()
            .getViolations();
    assertThat(violations)
        .as(name)
        .extracting(rule -> rule.getId() + ": " + rule.getNodes().getFirst().getHtml())
        .isEmpty();
  }

  final void leave(Page page) {
    page.context().close();
    assertThat(faults).isEmpty();
  }
}
