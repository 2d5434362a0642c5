package dozo.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.protocol.Role;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** The checked-in OpenAPI document against the routes that there are. */
final class OpenApiTest {

  private static final Pattern PARAMETER = Pattern.compile("\\{([a-z]+)\\}");

  private final ApiSchema schema;

  OpenApiTest() throws IOException {
    schema = ApiSchema.load();
  }

  @Test
  void hasEveryRouteAndNoOther() {
    Set<String> described = new TreeSet<>();
    JsonNode paths = schema.document().get("paths");
    for (String path : paths.propertyNames()) {
      for (String method : paths.get(path).propertyNames()) {
        described.add(method.toUpperCase(Locale.ROOT) + " " + path);
      }
    }

    assertThat(schema.document().get("openapi").asString()).startsWith("3.1.");
    assertThat(described)
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(AdminRoute.values())
                .map(route -> route.method() + " " + route.path())
                .toList());
  }

  @ParameterizedTest
  @EnumSource
  void saysWhoMayUseARoute(AdminRoute route) {
    JsonNode operation = schema.operation(route);
    List<String> roles = new ArrayList<>();
    operation.path("x-roles").forEach(role -> roles.add(role.asString()));

    assertThat(operation.has("security")).isEqualTo(route.isOpen());
    assertThat(roles)
        .containsExactlyElementsOf(
            Stream.of(Role.values())
                .filter(role -> !route.isOpen() && route.allows(role))
                .map(Role::word)
                .toList());
  }

  @ParameterizedTest
  @EnumSource
  void declaresTheParametersOfARoutesPath(AdminRoute route) {
    Set<String> inPath = new HashSet<>();
    Matcher matcher = PARAMETER.matcher(route.path());
    while (matcher.find()) {
      inPath.add(matcher.group(1));
    }
    Set<String> declared = new HashSet<>();
    for (JsonNode parameter : schema.operation(route).path("parameters")) {
      JsonNode each = schema.resolve(parameter);
      if (each.get("in").asString().equals("path")) {
        assertThat(each.get("required").asBoolean()).isTrue();
        declared.add(each.get("name").asString());
      }
    }

    assertThat(declared).isEqualTo(inPath);
  }

  @Test
  void namesEachOperationOnce() {
    List<String> names =
        Stream.of(AdminRoute.values())
            .map(route -> schema.operation(route).get("operationId").asString())
            .toList();

    assertThat(names).doesNotHaveDuplicates();
  }

  @Test
  void refersToNothingThatIsNotThere() {
    List<JsonNode> references = schema.document().findParents("$ref");

    assertThat(references).isNotEmpty();
    references.forEach(schema::resolve);
  }

  @Test
  void hasNoSchemaThatNothingRefersTo() {
    Set<String> used = new HashSet<>();
    schema.document().findValuesAsString("$ref").forEach(used::add);

    for (String name : schema.document().at("/components/schemas").propertyNames()) {
      assertThat(used).contains("#/components/schemas/" + name);
    }
  }
}
