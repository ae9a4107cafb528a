/** CLI: the `aiops` command. Answers go to stdout, everything else to stderr; 0 done, 1 failed, 2 wrong usage, 3 not answerable. */

import { ApiError } from '@aiops/contract/client'
import { Command, CommanderError, Help, InvalidArgumentError, type Option } from 'commander'
import { isFault, messageOf } from '../../kernel/fault.ts'
import { askCommand } from './ask.ts'
import { type AuditDeps, auditCommand } from './audit.ts'
import { type BackupDeps, backupCommand } from './backup.ts'
import { benchCommand } from './bench/index.ts'
import { cardinalityCommand } from './cardinality.ts'
import { changeCommands } from './change.ts'
import { chatCommand } from './chat.ts'
import { clusterCommands } from './cluster.ts'
import type { ClusterCommandDeps } from './cluster-commands.ts'
import { configCommand } from './config.ts'
import { correlateCommand } from './correlate.ts'
import { correlationCommands } from './correlation.ts'
import { costCommands } from './cost/index.ts'
import { type DataCheckDeps, dataCommand } from './data-check.ts'
import { type DemoDeps, demoCommand } from './demo/index.ts'
import { detectCommand } from './detect.ts'
import { Exit } from './exit.ts'
import { explainCommand } from './explain.ts'
import { feedbackCommands } from './feedback.ts'
import { forecastCommand } from './forecast.ts'
import { gitopsCommands } from './gitops/index.ts'
import { incidentCommands } from './incident.ts'
import { knowledgeCommands } from './knowledge.ts'
import { maintenanceCommands } from './maintenance.ts'
import { mcpCommand } from './mcp.ts'
import { mineCommand } from './mine.ts'
import { printable } from './print.ts'
import { queryCommands } from './query.ts'
import { remediationCommands } from './remediation.ts'
import { replayCommand } from './replay.ts'
import { reportCommands } from './report.ts'
import { type RestoreDeps, restoreCommand } from './restore.ts'
import { rulesCommand } from './rules.ts'
import { type ServeOptions, serveCommand } from './serve.ts'
import { silenceCommands } from './silence.ts'
import { sloCommands } from './slo.ts'
import { statusCommand } from './status.ts'
import { topologyCommands } from './topology.ts'

export type CliDeps = DemoDeps &
  AuditDeps &
  Pick<ClusterCommandDeps, 'openCluster'> & {
    /** Works on data folders that no server has open. */
    data: BackupDeps['data'] & RestoreDeps['data'] & DataCheckDeps['data']
    version: string
    /** Starts the platform; resolves when it has stopped. */
    serve(options: ServeOptions): Promise<void>
    /** Effective settings, or a Fault CONFIG_INVALID with a line for each thing that is wrong. */
    settings(
      options: Pick<ServeOptions, 'config' | 'set'>,
    ): { name: string; value: unknown; source: string; description: string }[]
  }

/** Runs one command line; resolves with the exit code. */
export async function runCli(argv: readonly string[], deps: CliDeps): Promise<number> {
  const program = new Command('aiops')
    .description(
      'AIOps NextGen: observes services and clusters, finds what is wrong, explains why with evidence, and acts under control.',
    )
    .version(deps.version, '-v, --version', 'print the version')
    .showHelpAfterError('(add --help for what this command takes)')
    .showSuggestionAfterError()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'aiops: ')) })
    .configureHelp({ optionDescription })
    .exitOverride()
    .addHelpText('after', examples)
  serveCommand(program, deps)
  demoCommand(program, deps)
  statusCommand(program)
  askCommand(program)
  mcpCommand(program, deps.version)
  chatCommand(program)
  incidentCommands(program)
  remediationCommands(program)
  silenceCommands(program)
  maintenanceCommands(program)
  correlationCommands(program)
  sloCommands(program)
  topologyCommands(program)
  knowledgeCommands(program)
  feedbackCommands(program)
  changeCommands(program)
  reportCommands(program)
  clusterCommands(program, deps)
  gitopsCommands(program)
  costCommands(program)
  detectCommand(program)
  replayCommand(program)
  mineCommand(program)
  forecastCommand(program)
  explainCommand(program)
  correlateCommand(program)
  queryCommands(program)
  cardinalityCommand(program)
  rulesCommand(program)
  benchCommand(program, deps)
  auditCommand(program, deps)
  configCommand(program, deps)
  backupCommand(program, deps)
  restoreCommand(program, deps)
  dataCommand(program, deps)
  program
    .command('version')
    .description('print the version')
    .action(() => void process.stdout.write(`${deps.version}\n`))
  try {
    await program.parseAsync(argv, { from: 'user' })
    return 0
  } catch (error) {
    return exitCodeOf(error)
  }
}

function exitCodeOf(error: unknown): number {
  if (error instanceof Exit) return error.code
  // Commander has already printed its own sentence, but for what a command itself found wrong in its words.
  if (error instanceof CommanderError && !(error instanceof InvalidArgumentError))
    return error.exitCode === 0 ? 0 : 2
  process.stderr.write(`aiops: ${printable(messageOf(error), false)}\n`)
  if (error instanceof InvalidArgumentError) return 2
  if (!isFault(error) && !(error instanceof ApiError) && process.env.AIOPS_DEBUG)
    process.stderr.write(`${(error as Error).stack}\n`)
  return 1
}

/** As commander has it, without defaults that say nothing. */
const optionDescription = (option: Option): string =>
  new Help().optionDescription(option).replace(/ ?\(default: (\[\]|\{\}|""|false)\)$/, '')

const examples = `
Begin with:
  aiops demo                            a small shop with a real fault, found and explained
  aiops demo --fault errors@payments --approve
  aiops serve                           the platform, web app on http://localhost:8080
  aiops status                          what is going on now
  aiops incidents                       what is broken; aiops incident 1 shows why
  aiops ask what is broken              in plain words, answered with evidence
`
