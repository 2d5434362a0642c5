package dozo.cli;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page for admins in a real browser, on a real server that mounts. */
final class PageIT extends PageTesting {

  private static final int MIB = 1 << 20;
  private static final String USER = "ann";
  private static final String CAREFUL = "bert";
  private static final int MANY = 10_000;

  /** A guest may have anything in its configuration. */
  private static final String SCRIPT = "<script>document.title='run'</script>";

  @TempDir static Path directory;

  @Override
  ServerProcess startServer() throws Exception {
    ServerProcess made = ServerProcess.create(directory);
    Path disk = Cli.randomFile(directory.resolve("disk.raw"), 2 * MIB, 1);
    Path domain =
        Files.writeString(
            directory.resolve("domain.xml"), "<domain><name>web</name>" + SCRIPT + "</domain>");
    for (String vm : List.of("web", "db")) {
      made.cli().run("backup", "--vm", vm, disk).expect(ExitCode.OK);
    }
    made.cli().run("backup", "--vm", "web", "--config", domain, disk).expect(ExitCode.OK);
    for (String user : List.of(USER, CAREFUL)) {
      made.http()
          .post(
              "/users",
              "{\"name\":\"%s\",\"role\":\"admin\",\"password\":\"%s\"}".formatted(user, PASSWORD))
          .expect(201);
    }
    return made;
  }

  private static void goToVm(Page page, String vm) {
    go(page, "VMs");
    page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(vm).setExact(true)).click();
    assertThat(heading(page, vm)).isVisible();
  }

  private static void goToNewestPoint(Page page, String vm) {
    goToVm(page, vm);
    page.locator("tbody a").first().click();
    assertThat(heading(page, "Restore point of " + vm)).isVisible();
  }

  @Test
  void showsEveryPageInLightAndDark() {
    for (ColorScheme colors : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      String suffix = colors == ColorScheme.LIGHT ? "" : "-dark";
      Page page = open(USER, colors);
      assertThat(page.getByText("Deduplicated")).isVisible();
      assertThat(page.locator(".chart canvas")).isVisible();
      judge(page, "overview" + suffix);
      for (String link :
          List.of(
              "VMs",
              "Mounts",
              "Tasks",
              "Retention",
              "Approvals",
              "Notifications",
              "Tokens",
              "Users",
              "Audit log",
              USER)) {
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(link).setExact(true))
            .click();
        assertThat(heading(page, link.equals(USER) ? "Your account" : link)).isVisible();
        judge(page, link.toLowerCase(Locale.ROOT).replace(' ', '-') + suffix);
      }
      goToVm(page, "web");
      assertThat(page.getByText("2 restore points").first()).isVisible();
      judge(page, "vm" + suffix);
      goToNewestPoint(page, "web");
      judge(page, "restore-point" + suffix);
      leave(page);
    }
  }

  @Test
  void mountsUnmountsAndCommits() throws Exception {
    Page page = open(USER, ColorScheme.LIGHT);
    goToVm(page, "db");
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
    assertThat(page.getByText("New-VM -Name").first()).isVisible();
    judge(page, "mounted");
    button(page, "Unmount").click();
    confirm(page, "Unmount");
    assertThat(path).isHidden();
    assertThat(mount.resolve("disk0.vhdx")).doesNotExist();

    button(page, "Mount .* writable").click();
    assertThat(path).isVisible();
    go(page, "Mounts");
    assertThat(page.getByText("mounted", new Page.GetByTextOptions().setExact(true))).isVisible();
    button(page, "Unmount").click();
    confirm(page, "Unmount");
    button(page, "Commit db").click();
    confirm(page, "Commit");
    assertThat(heading(page, "Task commit-overlay")).isVisible();
    assertThat(page.getByText("done", new Page.GetByTextOptions().setExact(true))).isVisible();
    assertThat(page.locator(".log")).containsText("Done");
    judge(page, "task");
    page.locator("dd a").last().click();
    assertThat(heading(page, "Restore point of db")).isVisible();
    leave(page);
  }

  @Test
  void showsConfigurationFilesAsTextAndKeepsRestorePoints() throws Exception {
    Page page = open(USER, ColorScheme.LIGHT);
    goToNewestPoint(page, "web");
    button(page, "View domain.xml").click();
    assertThat(page.locator("pre.file")).containsText(SCRIPT);
    assertThat(page).hasTitle(Pattern.compile("^Restore point"));
    Download download = page.waitForDownload(() -> button(page, "Download domain.xml").click());
    assertThat(download.path()).hasSameBinaryContentAs(directory.resolve("domain.xml"));

    page.getByLabel("Until").fill("2999-12-31");
    page.getByLabel("Why").fill("a trial");
    button(page, "Keep it").click();
    assertThat(page.getByText("held until").first()).isVisible();
    judge(page, "held");
    button(page, "Take away the hold").click();
    confirm(page, "Take away");
    assertThat(page.getByText("It is neither pinned nor held.")).isVisible();
    leave(page);
  }

  @Test
  void runsTasksMakesTokensAndTriesPolicies() {
    Page page = open(USER, ColorScheme.LIGHT);
    go(page, "Tasks");
    button(page, "Verify everything").click();
    assertThat(heading(page, "Task verify")).isVisible();
    assertThat(page.getByText("done", new Page.GetByTextOptions().setExact(true))).isVisible();
    assertThat(page.locator(".log")).containsText("packs read");
    go(page, "Tasks");
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
    button(page, ".*keeps 1. Why").first().click();
    assertThat(page.locator("#why")).containsText("keep");
    judge(page, "retention-simulated");
    button(page, "What would it forget now").click();
    assertThat(page.getByText(Pattern.compile("^[0-9]+ restore points? would be forgotten$")))
        .isVisible();

    go(page, "Audit log");
    assertThat(page.getByText("revoke-token").first()).isVisible();
    leave(page);
  }

  @Test
  void servesDisksByNbd() {
    Page page = open(USER, ColorScheme.LIGHT);
    goToNewestPoint(page, "db");
    page.getByLabel("Disks as").selectOption("nbd");
    button(page, "Mount").click();
    assertThat(heading(page, "Mounts")).isVisible();
    page.getByText("Use it").click();
    assertThat(page.getByText("/disk0?socket=").first()).isVisible();
    judge(page, "nbd-export");
    button(page, "End nbd").click();
    confirm(page, "End it");
    assertThat(page.getByText("Nothing is served by NBD on the server.")).isVisible();
    leave(page);
  }

  @Test
  void cancelsAScrub() throws Exception {
    Page page = open(USER, ColorScheme.LIGHT);
    String slow = "{\"kind\":\"verify\",\"rate\":\"16K\"}";
    String job = server.http().post("/jobs", slow).expect(202).text("id");
    page.navigate("https://127.0.0.1:" + server.adminPort() + "/#/task/" + job);
    button(page, "Stop verify").click();
    confirm(page, "Stop it");
    assertThat(page.getByText("stopped", new Page.GetByTextOptions().setExact(true))).isVisible();
    assertThat(page.locator(".log")).containsText("Told to stop by ann");
    leave(page);
  }

  @Test
  void letsPeopleInWithAOneTimeCodeAndKeepsNoSecretWhereScriptsFindIt() throws Exception {
    Page page = visit(ColorScheme.LIGHT);
    logIn(page, CAREFUL);
    page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(CAREFUL)).click();
    button(page, "Set up one-time codes").click();
    OneTimeCodes codes = new OneTimeCodes(page.locator("#totp-key").innerText());
    page.getByLabel("The code that it shows").fill(codes.at(Instant.now()));
    button(page, "Confirm").click();
    assertThat(page.getByText("From now on a one-time code")).isVisible();
    button(page, "Log out").click();
    assertThat(heading(page, "Log in")).isVisible();
    judge(page, "log-in");

    logIn(page, CAREFUL);
    Locator code = page.getByLabel("One-time code");
    assertThat(code).isVisible();
    // The code of this moment may be used up.
    code.fill(codes.at(Instant.now().plusSeconds(OneTimeCodes.PERIOD_SECONDS)));
    page.keyboard().press("Enter");
    assertThat(heading(page, "Overview")).isVisible();
    assertThat(page.evaluate("document.cookie + JSON.stringify({...sessionStorage})"))
        .isEqualTo("{}");
    assertThat(page.evaluate("JSON.stringify({...localStorage})"))
        .isEqualTo("{\"dozo-been-here\":\"yes\"}");
    page.reload();
    assertThat(heading(page, "Overview")).isVisible();
    go(page, "Tasks");
    button(page, "Try a sweep").click();
    assertThat(heading(page, "Task sweep")).isVisible();
    leave(page);
  }

  @Test
  void letsTokensInAndAsksAgainForOneThatIsNotKnown() throws Exception {
    Page page = visit(ColorScheme.LIGHT);
    page.getByText("Log in by a token").click();
    page.getByLabel("Token").fill("nonsense");
    button(page, "Log in by token").click();
    assertThat(page.getByText("This token is not known here")).isVisible();
    faults.clear(); // Chromium says that there was a 401.
    page.getByText("Log in by a token").click();
    page.getByLabel("Token").fill(Files.readString(directory.resolve("token")).strip());
    page.keyboard().press("Enter");
    assertThat(heading(page, "Overview")).isVisible();
    button(page, "Log out").click();
    assertThat(heading(page, "Log in")).isVisible();
    leave(page);
  }

  @Test
  void approvesWhatWasShown() {
    Page page = open(USER, ColorScheme.LIGHT);
    Object me =
        page.evaluate("fetch('/api/v1/me').then(answer => answer.json()).then(me => me.id)");
    List<String> sent = new ArrayList<>();
    page.route("**/api/v1/approvals", route -> answer(route, waitingFor(String.valueOf(me))));
    page.route(
        "**/api/v1/approvals/*/approve",
        route -> {
          sent.add(route.request().postData());
          answer(route, "{}");
        });
    go(page, "Approvals");
    judge(page, "approvals-waiting");
    button(page, "Approve forget").click();
    confirm(page, "Approve");
    assertThat(page.getByText("Approved")).isVisible();
    assertThat(sent).containsExactly("{\"digest\":\"what was shown\"}");
    leave(page);
  }

  private static void answer(Route route, String json) {
    route.fulfill(new Route.FulfillOptions().setContentType("application/json").setBody(json));
  }

  private static String waitingFor(String approver) {
    return """
    {"approvals":[{"id":"%s","state":"waiting","text":"forget restore point 1 of default/web",\
    "digest":"what was shown","asked":"2026-11-22T19:00:00Z","waitedSeconds":0,\
    "approvable":true,"leftSeconds":200000,"by":{"id":"%s","name":"anna"},\
    "mayApprove":[{"id":"%s","name":"ann"}]}]}\
    """
        .formatted(new UUID(1, 2), new UUID(3, 4), approver);
  }

  @Test
  void showsThousandsOfRestorePointsAPageAtATime() {
    Page page = open(USER, ColorScheme.LIGHT);
    page.route("**/api/v1/time-line?**", route -> answer(route, timeLineOfMany()));
    goToVm(page, "web");
    assertThat(page.getByText("10,000 restore points").first()).isVisible();
    assertThat(page.locator("tbody tr")).hasCount(100);
    button(page, "Oldest").click();
    assertThat(page.getByText("9,901 to 10,000 of 10,000")).isVisible();
    page.getByLabel("Go to").fill("2026-02-01");
    assertThat(page.locator("tbody time").first())
        .hasAttribute("datetime", Pattern.compile("^2026-02-01"));
    page.getByLabel("Bars show").selectOption("storedBytes");
    judge(page, "vm-with-many");
    leave(page);
  }

  /** One every hour from the beginning of 2026 on. */
  private static String timeLineOfMany() {
    StringBuilder points = new StringBuilder();
    Instant first = Instant.parse("2026-01-01T00:00:00Z");
    for (int i = 0; i < MANY; i++) {
      points
          .append(i == 0 ? "" : ",")
          .append(
              """
              {"id":"%s","created":"%s","asked":"crash","achieved":"crash","sizeBytes":%d,\
              "dataBytes":%d,"storedBytes":%d,"verification":"never"}\
              """
                  .formatted(new UUID(7, i), first.plus(Duration.ofHours(i)), MIB, MIB, i));
    }
    return """
    {"vm":{"namespace":"default","id":"%s","name":"web","host":"h"},"restorePoints":[%s]}\
    """
        .formatted(new UUID(1, 1), points);
  }
}
