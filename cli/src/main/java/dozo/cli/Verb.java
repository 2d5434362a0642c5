package dozo.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The commands, in the order in which help lists them. Only the one that is called is made: making
 * all of them costs more time than most of them take.
 */
enum Verb {
  QUICKSTART(Group.BEGIN),
  INIT(Group.BEGIN),
  SERVER(Group.BEGIN),
  CONFIG(Group.BEGIN),
  TOKEN(Group.BEGIN),
  USER(Group.BEGIN),
  BACKUP(Group.WORK),
  JOB(Group.WORK),
  LEASES(Group.WORK),
  LIST(Group.WORK),
  SHOW(Group.WORK),
  RESTORE(Group.WORK),
  MOUNT(Group.WORK),
  UNMOUNT(Group.WORK),
  MOUNTS(Group.WORK),
  OVERLAY(Group.WORK),
  NBD(Group.WORK),
  FILES(Group.WORK),
  VERIFY(Group.CARE),
  REPAIR(Group.CARE),
  PRUNE(Group.CARE),
  FORGET(Group.CARE),
  UNDELETE(Group.CARE),
  PIN(Group.CARE),
  HOLD(Group.CARE),
  APPROVALS(Group.CARE),
  CLOCK(Group.CARE),
  SPACE(Group.CARE),
  SWEEP(Group.CARE),
  SWEEP_SOURCE(Group.CARE),
  KEY(Group.CARE),
  AUDIT(Group.CARE),
  NOTIFY(Group.CARE),
  DOCTOR(Group.CARE),
  COMPLETION(Group.CARE);

  /** What commands are for. */
  enum Group {
    BEGIN("Set up"),
    WORK("Back up and restore"),
    CARE("Look after it");

    private final String title;

    Group(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }
  }

  private final Group group;

  Verb(Group group) {
    this.group = group;
  }

  Group group() {
    return group;
  }

  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  Object make(Context context) {
    return switch (this) {
      case QUICKSTART -> new QuickstartCommand(context);
      case INIT -> new InitCommand(context);
      case SERVER -> new ServerCommand(context);
      case CONFIG -> new ConfigCommand(context);
      case TOKEN -> new TokenCommand(context);
      case USER -> new UserCommand(context);
      case BACKUP -> new BackupCommand(context);
      case JOB -> new JobCommand(context);
      case LEASES -> new LeasesCommand(context);
      case LIST -> new ListCommand(context);
      case SHOW -> new ShowCommand(context);
      case RESTORE -> new RestoreCommand(context);
      case MOUNT -> new MountCommand(context);
      case UNMOUNT -> new UnmountCommand(context);
      case MOUNTS -> new MountsCommand(context);
      case OVERLAY -> new OverlayCommand(context);
      case NBD -> new NbdCommand(context);
      case FILES -> new FilesCommand(context);
      case VERIFY -> new VerifyCommand(context);
      case REPAIR -> new RepairCommand(context);
      case PRUNE -> new PruneCommand(context);
      case FORGET -> new ForgetCommand(context);
      case UNDELETE -> new UndeleteCommand(context);
      case PIN -> new PinCommand(context, false);
      case HOLD -> new PinCommand(context, true);
      case APPROVALS -> new ApprovalsCommand(context);
      case CLOCK -> new ClockCommand(context);
      case SPACE -> new SpaceCommand(context);
      case SWEEP -> new SweepCommand(context);
      case SWEEP_SOURCE -> new SweepSourceCommand(context);
      case KEY -> new KeyCommand(context);
      case AUDIT -> new AuditCommand(context);
      case NOTIFY -> new NotifyCommand(context);
      case DOCTOR -> new DoctorCommand(context);
      case COMPLETION -> new CompletionCommand(context);
    };
  }

  static Optional<Verb> of(String word) {
    return Arrays.stream(values()).filter(verb -> verb.word().equals(word)).findFirst();
  }

  static List<Verb> in(Group group) {
    return Arrays.stream(values()).filter(verb -> verb.group == group).toList();
  }
}
