import type { Command } from 'commander'
import type { CliDeps } from './index.ts'

/**
 * Commands that one module makes. What the program's own help says of them stands here, so that it can be printed, and one
 * command run, without the modules of all the others; a test holds it against what the modules say.
 */
export type CommandGroup = {
  commands: readonly { term: string; description: string }[]
  /** Puts them, with all below them, under the program. */
  add(program: Command, deps: CliDeps): Promise<void>
}

/** In the order of the help. */
export const commandTable: readonly CommandGroup[] = [
  {
    commands: [
      { term: 'serve [options]', description: 'run the platform: receivers, stores, detection, web app' },
    ],
    add: async (program, deps) => (await import('./serve.ts')).serveCommand(program, deps),
  },
  {
    commands: [
      {
        term: 'demo [options]',
        description:
          'see it work: a small shop of real services, a real fault in one of them, found and explained',
      },
    ],
    add: async (program, deps) => (await import('./demo/index.ts')).demoCommand(program, deps),
  },
  {
    commands: [
      { term: 'status [options]', description: 'what is going on now: health, rates, open incidents' },
    ],
    add: async (program) => (await import('./status.ts')).statusCommand(program),
  },
  {
    commands: [
      {
        term: 'ask [options] <question...>',
        description: 'ask in plain words; the answer names what it rests on',
      },
    ],
    add: async (program) => (await import('./ask.ts')).askCommand(program),
  },
  {
    commands: [
      {
        term: 'mcp [options]',
        description:
          'serve a running platform to an MCP host over stdin and stdout; everything else goes to stderr',
      },
    ],
    add: async (program, deps) => (await import('./mcp.ts')).mcpCommand(program, deps.version),
  },
  {
    commands: [
      { term: 'chat [options]', description: 'talk with the platform; each answer names what it rests on' },
    ],
    add: async (program) => (await import('./chat.ts')).chatCommand(program),
  },
  {
    commands: [
      { term: 'incidents [options]', description: 'what is broken: open incidents, newest first' },
      {
        term: 'incident [options] <id>',
        description:
          'one incident (its number will do): causes, evidence, timeline, proposed runbook; and what people do to it',
      },
    ],
    add: async (program) => (await import('./incident.ts')).incidentCommands(program),
  },
  {
    commands: [
      { term: 'approve [options] <remediation>', description: 'approve a proposed runbook; it runs at once' },
      { term: 'reject [options] <remediation>', description: 'reject a proposed runbook' },
    ],
    add: async (program) => (await import('./remediation.ts')).remediationCommands(program),
  },
  {
    commands: [
      { term: 'silence', description: 'hold alerts and anomalies back for a while: list, add, expire' },
    ],
    add: async (program) => (await import('./silence.ts')).silenceCommands(program),
  },
  {
    commands: [
      {
        term: 'maintenance',
        description: 'maintenance windows, once or again and again: list, show, add, delete',
      },
    ],
    add: async (program) => (await import('./maintenance.ts')).maintenanceCommands(program),
  },
  {
    commands: [
      {
        term: 'correlation',
        description:
          'what joins, parts, holds back and routes signals: rules, and lessons from what people did',
      },
    ],
    add: async (program) => (await import('./correlation.ts')).correlationCommands(program),
  },
  {
    commands: [
      {
        term: 'slo',
        description: 'service level objectives and their error budgets: list, show, apply, delete, check',
      },
    ],
    add: async (program) => (await import('./slo.ts')).sloCommands(program),
  },
  {
    commands: [{ term: 'topology', description: 'the graph of entities: diff, import-backstage' }],
    add: async (program) => (await import('./topology.ts')).topologyCommands(program),
  },
  {
    commands: [
      {
        term: 'knowledge',
        description: 'runbooks, post-mortems, documents and past incidents: search, list, add, remove',
      },
    ],
    add: async (program) => (await import('./knowledge.ts')).knowledgeCommands(program),
  },
  {
    commands: [
      {
        term: 'feedback',
        description: 'say what a finding was: detection learns from it; list, review, see the effect',
      },
    ],
    add: async (program) => (await import('./feedback.ts')).feedbackCommands(program),
  },
  {
    commands: [
      { term: 'change', description: 'what was done to systems, before something broke: list, add' },
    ],
    add: async (program) => (await import('./change.ts')).changeCommands(program),
  },
  {
    commands: [
      { term: 'reports [options]', description: 'reports that were written' },
      { term: 'report [options]', description: 'write a report; every number in it names its evidence' },
    ],
    add: async (program) => (await import('./report.ts')).reportCommands(program),
  },
  {
    commands: [
      {
        term: 'cluster',
        description: 'the clusters of the fleet: their registration, their health, and what is inside them',
      },
      {
        term: 'analyze [options]',
        description: 'what is wrong in a cluster, since when and why: no server is needed',
      },
    ],
    add: async (program, deps) => (await import('./cluster.ts')).clusterCommands(program, deps),
  },
  {
    commands: [
      {
        term: 'gitops',
        description: 'changes through Git: see, approve, close, plan, revert; policy, drift, kill switch',
      },
    ],
    add: async (program) => (await import('./gitops/index.ts')).gitopsCommands(program),
  },
  {
    commands: [{ term: 'cost', description: 'what things cost, where they are best, and what was saved' }],
    add: async (program) => (await import('./cost/index.ts')).costCommands(program),
  },
  {
    commands: [
      {
        term: 'detect [options]',
        description: 'score recorded series for anomalies, with the detector that runs live',
      },
    ],
    add: async (program) => (await import('./detect.ts')).detectCommand(program),
  },
  {
    commands: [
      {
        term: 'replay [options]',
        description: 'what other settings of detection would have found in recorded points',
      },
    ],
    add: async (program) => (await import('./replay.ts')).replayCommand(program),
  },
  {
    commands: [
      {
        term: 'mine [options]',
        description: 'find the statements that wrote a log, and which of them wrote each line',
      },
    ],
    add: async (program) => (await import('./mine.ts')).mineCommand(program),
  },
  {
    commands: [
      {
        term: 'forecast [options]',
        description: 'foretell a recorded series, with the interval that the method earned on its past',
      },
    ],
    add: async (program) => (await import('./forecast.ts')).forecastCommand(program),
  },
  {
    commands: [
      {
        term: 'explain [options]',
        description: 'rank the causes of recorded faults, with the code that does it live',
      },
    ],
    add: async (program) => (await import('./explain.ts')).explainCommand(program),
  },
  {
    commands: [
      {
        term: 'correlate [options]',
        description: 'group recorded alerts into incidents, with the code that does it live',
      },
    ],
    add: async (program) => (await import('./correlate.ts')).correlateCommand(program),
  },
  {
    commands: [
      { term: 'query [options] <promql>', description: 'ask in PromQL, one cluster or many' },
      { term: 'logs [options] <logql>', description: 'ask in LogQL, one cluster or many' },
    ],
    add: async (program) => (await import('./query.ts')).queryCommands(program),
  },
  {
    commands: [
      {
        term: 'cardinality [options]',
        description: 'which metrics have most series, and which labels are to blame',
      },
    ],
    add: async (program) => (await import('./cardinality.ts')).cardinalityCommand(program),
  },
  {
    commands: [
      {
        term: 'rules',
        description: 'check recording and alerting rules in Prometheus’ form, and run their unit tests',
      },
    ],
    add: async (program) => (await import('./rules.ts')).rulesCommand(program),
  },
  {
    commands: [{ term: 'bench', description: 'measure parts of the program on data of yours' }],
    add: async (program, deps) => (await import('./bench/index.ts')).benchCommand(program, deps),
  },
  {
    commands: [{ term: 'audit', description: 'who did what: the tamper-evident audit log' }],
    add: async (program, deps) => (await import('./audit.ts')).auditCommand(program, deps),
  },
  {
    commands: [{ term: 'config', description: 'check and print the configuration' }],
    add: async (program, deps) => (await import('./config.ts')).configCommand(program, deps),
  },
  {
    commands: [
      { term: 'backup [options]', description: 'copy everything the platform keeps, while it runs' },
    ],
    add: async (program, deps) => (await import('./backup.ts')).backupCommand(program, deps),
  },
  {
    commands: [
      {
        term: 'restore [options]',
        description: 'bring a backup into an empty data folder, every checksum tried',
      },
    ],
    add: async (program, deps) => (await import('./restore.ts')).restoreCommand(program, deps),
  },
  {
    commands: [{ term: 'data', description: 'look after the data folder' }],
    add: async (program, deps) => (await import('./data-check.ts')).dataCommand(program, deps),
  },
]

/** A group of which the command line names one. */
export const groupOf = (name: string | undefined): CommandGroup | undefined =>
  commandTable.find(({ commands }) => commands.some(({ term }) => nameOf(term) === name))

export const nameOf = (term: string): string => term.split(' ')[0] ?? term
