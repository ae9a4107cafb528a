import { type AuditEntry, AuditOutcome, type AuditVerification } from '@aiops/contract/model/audit'
import { type Command, Option } from 'commander'
import { Fault } from '../../kernel/fault.ts'
import { type ConnectionOptions, connect, withConnection } from './connection.ts'
import { Exit } from './exit.ts'
import { wholeNumber } from './number-option.ts'
import { bold, dim, green, print, printJson, table } from './print.ts'
import { durationOf, timeOf } from './time-option.ts'

type VerifyPlaces = { data?: string; config?: string; checkpoints?: string; publicKey?: string }
export type AuditDeps = {
  /** Works on data folders, whether or not a server has them open. */
  audit: {
    verify(options: VerifyPlaces): Promise<AuditVerification>
    publicKeys(options: { data?: string; config?: string }): Promise<string>
  }
}
type Filter = {
  actor?: string
  action?: string
  resource?: string
  outcome?: string
  text?: string
  since?: string
  start?: string
  end?: string
}
type ListOptions = ConnectionOptions & Filter & { limit: number }

const pageEntries = 200

export function auditCommand(program: Command, deps: AuditDeps): void {
  const audit = program
    .command('audit')
    .description('who did what: the tamper-evident audit log')
    .addHelpText('after', examples)
  withConnection(audit.command('verify'))
    .description('whether the log is as it was written; exit 1 when it is not, 3 when nothing proves it')
    .option('--data <folder>', 'a data folder, of a running server or not; nothing is written to it')
    .option('--config <file>', 'settings as YAML that say where checkpoints lie; with --data')
    .option('--checkpoints <place>', 'a copy of the checkpoints that is kept elsewhere; with --data')
    .option('--public-key <file>', 'trust checkpoints of these keys alone (PEM); with --data')
    .action((options: ConnectionOptions & VerifyPlaces) => verify(options, deps))
  withConnection(filtered(audit.command('list')))
    .description('entries, the newest first')
    .option('--limit <count>', 'how many', wholeNumber(1, 100_000), 50)
    .action(list)
  withConnection(filtered(audit.command('export')))
    .description('entries as JSON lines, the newest first')
    .action((options: ConnectionOptions & Filter) => exportLines(options))
  withConnection(audit.command('key'))
    .description('the public keys that try signed checkpoints')
    .option('--data <folder>', 'of this data folder')
    .option('--config <file>', 'settings as YAML; with --data')
    .action(async (options: ConnectionOptions & { data?: string; config?: string }) => {
      const { data, config } = options
      const keys =
        data === undefined
          ? (await connect(options).listAuditCheckpoints({ query: { limit: 1 } })).public_keys
          : await deps.audit.publicKeys({ data, ...(config === undefined ? {} : { config }) })
      if (options.json) printJson({ public_keys: keys })
      else print(keys.trimEnd())
    })
}

const filtered = (command: Command): Command =>
  command
    .option('--actor <name>', 'who')
    .option('--action <name>', 'what, for example createReport')
    .option('--resource <text>', 'to what; a part of it will do')
    .addOption(
      new Option('--outcome <outcome>').choices(AuditOutcome.options.map((one) => one.toLowerCase())),
    )
    .option('--text <text>', 'a part of anything in the entry')
    .option('--since <duration>', 'how far back, for example 24h', durationOf)
    .option('--start <time>', 'ISO 8601', timeOf)
    .option('--end <time>', 'ISO 8601', timeOf)

async function verify(options: ConnectionOptions & VerifyPlaces, deps: AuditDeps): Promise<void> {
  const { data, config, checkpoints, publicKey } = options
  if (data === undefined && (checkpoints !== undefined || publicKey !== undefined))
    throw new Fault('INVALID_REQUEST', '--checkpoints and --public-key go with --data.')
  const found =
    data === undefined
      ? await connect(options).verifyAudit({ query: { fresh: 'true' } })
      : await deps.audit.verify({
          data,
          ...(config === undefined ? {} : { config }),
          ...(checkpoints === undefined ? {} : { checkpoints }),
          ...(publicKey === undefined ? {} : { publicKey }),
        })
  if (options.json) printJson(found)
  else printVerification(found)
  if (found.status === 'BROKEN') throw new Exit(1)
  if (found.status === 'UNPROVEN') throw new Exit(3)
}

function printVerification(found: AuditVerification): void {
  const { status, sentence, findings, findings_left_out: leftOut, not_sealed: open, notices } = found
  const paint = { WHOLE: green, BROKEN: bold, UNPROVEN: bold }[status]
  print(paint(sentence))
  if (findings.length > 1 || leftOut > 0) {
    for (const line of table(findings.map((one) => [`  ${one.kind}`, one.sentence]))) print(line)
    if (leftOut > 0) print(`  and ${leftOut} more`)
  }
  if (status === 'WHOLE' && open > 0)
    print(
      dim(
        `${open} newer than that checkpoint: their links fit, but an end that was cut off there would not show.`,
      ),
    )
  for (const notice of notices) print(dim(notice))
}

const queryOf = ({ actor, action, resource, outcome, text, since, start, end }: Filter) => ({
  ...(actor === undefined ? {} : { actor }),
  ...(action === undefined ? {} : { action }),
  ...(resource === undefined ? {} : { resource }),
  ...(outcome === undefined ? {} : { outcome: AuditOutcome.parse(outcome.toUpperCase()) }),
  ...(text === undefined ? {} : { text }),
  ...(since === undefined ? {} : { duration: since }),
  ...(start === undefined ? {} : { start }),
  ...(end === undefined ? {} : { end }),
})

async function list(options: ListOptions): Promise<void> {
  const client = connect(options)
  const entries: AuditEntry[] = []
  let before: number | null | undefined
  do {
    const limit = Math.min(pageEntries, options.limit - entries.length)
    const page = await client.listAudit({
      query: { ...queryOf(options), limit, ...(before == null ? {} : { before }) },
    })
    entries.push(...page.entries)
    before = page.next
  } while (before !== null && entries.length < options.limit)
  if (options.json) return printJson(entries)
  if (entries.length === 0) return print('No entry fits.')
  const rows = entries.map((one) => [
    String(one.sequence),
    one.at,
    one.actor,
    one.action,
    one.outcome,
    one.resource,
  ])
  for (const line of table([['NUMBER', 'TIME', 'WHO', 'WHAT', 'OUTCOME', 'TO WHAT'], ...rows])) print(line)
}

async function exportLines(options: ConnectionOptions & Filter): Promise<void> {
  const client = connect(options)
  let before: number | null | undefined
  do {
    const page = await client.listAudit({
      query: { ...queryOf(options), limit: pageEntries, ...(before == null ? {} : { before }) },
    })
    // JSON escapes control characters; those that it leaves alone are data of a file here.
    for (const entry of page.entries) process.stdout.write(`${JSON.stringify(entry)}\n`)
    before = page.next
  } while (before !== null)
}

const examples = `
Examples:
  aiops audit list --since 24h --outcome denied
  aiops audit verify                                   asks the running server
  aiops audit verify --data /var/lib/aiops             reads the folder itself
  aiops audit verify --data /var/lib/aiops --checkpoints /mnt/elsewhere/checkpoints.jsonl --public-key aiops.pem
  aiops audit key > aiops.pem                          keep it where nobody of the server can write
  aiops audit export --since 90d > audit.jsonl
`
