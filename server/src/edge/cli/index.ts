/** CLI: the `aiops` command. Answers go to stdout, everything else to stderr; 0 done, 1 failed, 2 wrong usage, 3 not answerable. */

import { Command, CommanderError, Help, InvalidArgumentError, type Option } from 'commander'
import type { AuditDeps } from './audit.ts'
import type { BackupDeps } from './backup.ts'
import type { ClusterCommandDeps } from './cluster-commands.ts'
import { commandTable, groupOf, nameOf } from './command-table.ts'
import type { DataCheckDeps } from './data-check.ts'
import type { DemoDeps } from './demo/index.ts'
import { Exit } from './exit.ts'
import { printable } from './print.ts'
import type { RestoreDeps } from './restore.ts'
import type { ServeOptions } from './serve.ts'

export type CliDeps = DemoDeps &
  AuditDeps &
  Pick<ClusterCommandDeps, 'openCluster'> & {
    /** Works on data folders that no server has open. */
    data: BackupDeps['data'] & RestoreDeps['data'] & DataCheckDeps['data']
    version: string
    /** Starts the platform; resolves when it has stopped. */
    serve(options: ServeOptions): Promise<void>
    /** Effective settings, or a Fault CONFIG_INVALID with a line for each thing that is wrong. */
    settings(options: Pick<ServeOptions, 'config' | 'set'>): Awaitable<Setting[]>
  }
type Awaitable<T> = T | Promise<T>
type Setting = { name: string; value: unknown; source: string; description: string }

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
    .configureHelp({ optionDescription, subcommandTerm })
    .exitOverride()
    .addHelpText('after', examples)
  const words = asked(argv)
  await addCommands(program, words, deps)
  program
    .command('version')
    .description('print the version')
    .action(() => void process.stdout.write(`${deps.version}\n`))
  try {
    await program.parseAsync(words, { from: 'user' })
    return 0
  } catch (error) {
    return exitCodeOf(error)
  }
}

/** The words to run: `help` before a command asks for what `--help` after it does, of commands below others too. */
function asked(argv: readonly string[]): string[] {
  const [first, ...rest] = argv
  const names = rest.filter((word) => !word.startsWith('-'))
  if (first !== 'help' || names.length === 0) return [...argv]
  return groupOf(names[0]) || names[0] === 'version' ? [...names, '--help'] : names
}

/** The command that is asked for; of the others what the help and a suggestion need. */
async function addCommands(program: Command, words: readonly string[], deps: CliDeps): Promise<void> {
  const wanted = groupOf(words.find((word) => !word.startsWith('-')))
  for (const group of commandTable) {
    if (group === wanted) await group.add(program, deps)
    else
      for (const { term, description } of group.commands) {
        const unloaded = new Command(nameOf(term)).description(description)
        terms.set(unloaded, term)
        program.addCommand(unloaded)
      }
  }
}

/** Of commands that are not loaded. */
const terms = new WeakMap<Command, string>()
const subcommandTerm = (command: Command): string => terms.get(command) ?? new Help().subcommandTerm(command)

async function exitCodeOf(error: unknown): Promise<number> {
  if (error instanceof Exit) return error.code
  // Commander has already printed its own sentence, but for what a command itself found wrong in its words.
  if (error instanceof CommanderError && !(error instanceof InvalidArgumentError))
    return error.exitCode === 0 ? 0 : 2
  const { isFault, messageOf } = await import('../../kernel/fault.ts')
  process.stderr.write(`aiops: ${printable(messageOf(error), false)}\n`)
  if (error instanceof InvalidArgumentError) return 2
  const { ApiError } = await import('@aiops/contract/client')
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
