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
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dozo.cli.quickstart.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page for admins in a real browser, on a real server that mounts. Screenshots go to {@code
 * target/screenshots}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PageIT {

  private static final Path SCREENSHOTS = Path.of("target/screenshots");
  private static final int MIB = 1 << 20;
  private static final double PATIENCE_MILLIS = 120_000;

  @TempDir static Path directory;

  private final List<String> faults = new ArrayList<>();
  private ServerProcess server;
  private Playwright playwright;
  private Browser browser;

  @BeforeAll
  void start() throws Exception {
    Optional<Tool> chromium = Tool.find("chromium");
    assumeThat(chromium).as("without chromium the page is NOT tested").isPresent();
    server = ServerProcess.create(directory);
    Path disk = Cli.randomFile(directory.resolve("disk.raw"), 2 * MIB, 1);
    for (String vm : List.of("web", "db")) {
      server.cli().run("backup", "--vm", vm, disk).expect(ExitCode.OK);
    }
    server.cli().run("backup", "--vm", "web", disk).expect(ExitCode.OK);
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
  }

  @AfterAll
  void stop() {
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

  private Page open(ColorScheme colors) throws IOException {
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
    page.getByLabel("Token").fill(Files.readString(directory.resolve("token")).strip());
    page.keyboard().press("Enter");
    assertThat(heading(page, "Overview")).isVisible();
    return page;
  }

  private static Locator heading(Page page, String text) {
    return page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName(text).setLevel(1));
  }

  private static Locator button(Page page, String name) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(Pattern.compile("^" + name)));
  }

  private static void go(Page page, String link) {
    page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(link).setExact(true)).click();
    assertThat(heading(page, link)).isVisible();
  }

  private static void confirm(Page page, String word) {
    page.getByRole(AriaRole.DIALOG)
        .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(word).setExact(true))
        .click();
  }

  /** Takes a picture, and holds the page to WCAG 2.1 AA as far as axe can. */
  private static void judge(Page page, String name) {
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

  @Test
  void showsEveryPageInLightAndDark() throws Exception {
    for (ColorScheme colors : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      String suffix = colors == ColorScheme.LIGHT ? "" : "-dark";
      Page page = open(colors);
      assertThat(page.getByText("Deduplicated")).isVisible();
      judge(page, "overview" + suffix);
      for (String link : List.of("VMs", "Mounts", "Tasks", "Retention", "Tokens", "Audit log")) {
        go(page, link);
        judge(page, link.toLowerCase(Locale.ROOT).replace(' ', '-') + suffix);
      }
      go(page, "VMs");
      page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("web").setExact(true))
          .click();
      assertThat(page.getByText("2 restore points").first()).isVisible();
      judge(page, "vm" + suffix);
      page.context().close();
    }
    assertThat(faults).isEmpty();
  }

  @Test
  void mountsAndUnmounts() throws Exception {
    Page page = open(ColorScheme.LIGHT);
    go(page, "VMs");
    page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("db").setExact(true)).click();
    button(page, "Mount .* read-only").click();
    Locator path =
        page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setName("Mounted now"));
    assertThat(path).isVisible();
    Path mount = Path.of(page.locator("td code").first().innerText());
    assertThat(mount.resolve("disk0.vhdx")).exists();
    assertThat(Files.mismatch(mount.resolve("disk0.raw"), directory.resolve("disk.raw")))
        .isEqualTo(-1);
    page.getByText("Use it").click();
    assertThat(page.getByText("qemu-system-x86_64").first()).isVisible();
    judge(page, "mounted");
    button(page, "Unmount").click();
    confirm(page, "Unmount");
    assertThat(path).isHidden();
    assertThat(mount.resolve("disk0.vhdx")).doesNotExist();
    page.context().close();
    assertThat(faults).isEmpty();
  }

  @Test
  void runsTasksMakesTokensAndTriesPolicies() throws Exception {
    Page page = open(ColorScheme.LIGHT);
    go(page, "Tasks");
    button(page, "Verify everything").click();
    assertThat(page.getByText("done").first()).isVisible();

    go(page, "Tokens");
    page.getByLabel("Name, such as").fill("host1 <b>");
    button(page, "Make the token").click();
    assertThat(page.locator("#secret")).isVisible();
    judge(page, "token-made");
    button(page, "Revoke host1").click();
    confirm(page, "Revoke");
    assertThat(button(page, "Revoke host1")).isHidden();

    go(page, "Retention");
    button(page, "Show what stays").click();
    assertThat(page.getByText(Pattern.compile("^[0-9]+ of 366 would stay$"))).isVisible();
    judge(page, "retention-simulated");

    go(page, "Audit log");
    assertThat(page.getByText("revoke-token").first()).isVisible();
    button(page, "Log out").click();
    assertThat(heading(page, "Log in")).isVisible();
    judge(page, "log-in");
    page.context().close();
    assertThat(faults).isEmpty();
  }

  @Test
  void asksAgainForATokenThatIsNotKnown() throws Exception {
    Page page = open(ColorScheme.LIGHT);
    button(page, "Log out").click();
    page.getByLabel("Token").fill("nonsense");
    button(page, "Log in").click();
    assertThat(page.getByText("This token is not known here")).isVisible();
    page.context().close();
    faults.clear();
  }
}
