package dozo.server.admin;

import dozo.protocol.Role;

/** Every route of the API, and who may use it. What a role sees there is its scope's to say. */
public enum AdminRoute {
  HEALTH("GET", "/api/v1/health"),
  READY("GET", "/api/v1/ready"),
  OPENAPI("GET", "/api/v1/openapi.json"),
  LOG_IN("POST", "/api/v1/login"),
  LOG_OUT("POST", "/api/v1/logout"),
  ME("GET", "/api/v1/me"),
  REPOSITORY("GET", "/api/v1/repository"),
  KEYS("GET", "/api/v1/keys"),
  VMS("GET", "/api/v1/vms"),
  RESTORE_POINTS("GET", "/api/v1/restore-points"),
  TIME_LINE("GET", "/api/v1/time-line"),
  RESTORE_POINT("GET", "/api/v1/restore-points/{id}"),
  FILE("GET", "/api/v1/restore-points/{id}/files/{name}"),
  FORGET("DELETE", "/api/v1/restore-points/{id}"),
  SESSIONS("GET", "/api/v1/sessions"),
  EVENTS("GET", "/api/v1/events"),
  JOBS("GET", "/api/v1/jobs"),
  BEGIN_JOB("POST", "/api/v1/jobs"),
  JOB("GET", "/api/v1/jobs/{id}"),
  STOP_JOB("DELETE", "/api/v1/jobs/{id}"),
  PLAN("GET", "/api/v1/plan"),
  SET_PLAN("PUT", "/api/v1/plan"),
  SIMULATE("POST", "/api/v1/retention/simulations"),
  WARNINGS("GET", "/api/v1/warnings"),
  ACKNOWLEDGE("POST", "/api/v1/warnings/{id}/acknowledge"),
  APPROVALS("GET", "/api/v1/approvals"),
  APPROVAL("GET", "/api/v1/approvals/{id}"),
  APPROVE("POST", "/api/v1/approvals/{id}/approve"),
  REJECT("POST", "/api/v1/approvals/{id}/reject"),
  NOTIFICATIONS("GET", "/api/v1/notifications"),
  TEST_NOTIFICATIONS("POST", "/api/v1/notifications/test"),
  CLOCK("GET", "/api/v1/clock"),
  CONFIRM_CLOCK("POST", "/api/v1/clock/confirm"),
  TRASH("GET", "/api/v1/trash"),
  UNDELETE("POST", "/api/v1/trash/{id}/undelete"),
  PINS("GET", "/api/v1/pins"),
  PIN("POST", "/api/v1/pins"),
  UNPIN("DELETE", "/api/v1/pins/{id}"),
  MOUNTS("GET", "/api/v1/mounts"),
  BEGIN_MOUNT("POST", "/api/v1/mounts"),
  END_MOUNT("DELETE", "/api/v1/mounts/{id}"),
  NBD_EXPORTS("GET", "/api/v1/nbd-exports"),
  BEGIN_NBD_EXPORT("POST", "/api/v1/nbd-exports"),
  END_NBD_EXPORT("DELETE", "/api/v1/nbd-exports/{id}"),
  OVERLAYS("GET", "/api/v1/overlays"),
  DISCARD_OVERLAY("DELETE", "/api/v1/overlays/{id}"),
  COMMIT_OVERLAY("POST", "/api/v1/overlays/{id}/commit"),
  EXPORT_OVERLAY("POST", "/api/v1/overlays/{id}/export"),
  TOKENS("GET", "/api/v1/tokens"),
  CREATE_TOKEN("POST", "/api/v1/tokens"),
  REVOKE_TOKEN("DELETE", "/api/v1/tokens/{id}"),
  AUDIT("GET", "/api/v1/audit"),
  USERS("GET", "/api/v1/users"),
  CREATE_USER("POST", "/api/v1/users"),
  REMOVE_USER("DELETE", "/api/v1/users/{id}"),
  SET_PASSWORD("PUT", "/api/v1/users/{id}/password"),
  OFFER_TOTP("POST", "/api/v1/users/{id}/totp"),
  CONFIRM_TOTP("PUT", "/api/v1/users/{id}/totp"),
  REMOVE_TOTP("DELETE", "/api/v1/users/{id}/totp"),
  METRICS("GET", "/metrics");

  private final String method;
  private final String path;

  AdminRoute(String method, String path) {
    this.method = method;
    this.path = path;
  }

  /** The HTTP method. */
  public String method() {
    return method;
  }

  /** The path, with parameters in braces. */
  public String path() {
    return path;
  }

  /** Whether anybody may use it, without a token. */
  public boolean isOpen() {
    return this == HEALTH || this == READY || this == OPENAPI || this == LOG_IN;
  }

  /** Whether it may change something, so that the audit log is to tell of it. */
  public boolean changesSomething() {
    return !method.equals("GET") && this != SIMULATE;
  }

  /** Whether a token of that role may use it. */
  public boolean allows(Role role) {
    return switch (this) {
      case HEALTH, READY, OPENAPI, LOG_IN, LOG_OUT, ME, VMS, RESTORE_POINTS, RESTORE_POINT -> true;
      case SESSIONS,
          EVENTS,
          METRICS,
          AUDIT,
          REPOSITORY,
          KEYS,
          JOBS,
          BEGIN_JOB,
          JOB,
          STOP_JOB,
          PLAN,
          SIMULATE,
          WARNINGS,
          APPROVALS,
          APPROVAL,
          REJECT,
          NOTIFICATIONS,
          CLOCK,
          TRASH,
          UNDELETE,
          PINS,
          PIN ->
          role == Role.OPERATOR || role == Role.ADMIN;
      // Everybody may look after their own log-in, and admins after everybody's.
      case TIME_LINE,
          MOUNTS,
          NBD_EXPORTS,
          OVERLAYS,
          SET_PASSWORD,
          OFFER_TOTP,
          CONFIRM_TOTP,
          REMOVE_TOTP ->
          role != Role.BACKUP;
      case FILE, BEGIN_MOUNT, END_MOUNT, BEGIN_NBD_EXPORT, END_NBD_EXPORT ->
          role == Role.RESTORE || role == Role.ADMIN;
      case TOKENS,
          CREATE_TOKEN,
          REVOKE_TOKEN,
          USERS,
          CREATE_USER,
          REMOVE_USER,
          FORGET,
          UNPIN,
          ACKNOWLEDGE,
          APPROVE,
          TEST_NOTIFICATIONS,
          CONFIRM_CLOCK,
          DISCARD_OVERLAY,
          COMMIT_OVERLAY,
          EXPORT_OVERLAY,
          SET_PLAN ->
          role == Role.ADMIN;
    };
  }
}
