import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { block, code, page, table } from './markdown.ts'

/** Pages that need the parts of the program, loaded only here. */
export const programPages: Record<string, () => Promise<string> | string> = {
  'configuration.md': configurationPage,
  'cli.md': cliPage,
  'protocols.md': protocolPage,
}

const root = fileURLToPath(new URL('../../', import.meta.url))
const execute = (...args: string[]): string =>
  execFileSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    // Nothing of this machine may come into the pages: no setting of its environment, no terminal's width or colour.
    env: {},
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 16_777_216,
  })
const aiops = (...args: string[]): string => execute('server/bin/aiops.js', ...args)

type Setting = { name: string; value?: unknown; description: string }

function configurationPage(): string {
  const settings: Setting[] = JSON.parse(aiops('config', 'print', '--effective', '--json'))
  const groups = [...new Set(settings.map(({ name }) => groupOf(name)))]
  return page(
    'Configuration',
    'Settings come from defaults, a YAML file (`--config`), the environment and flags (`--set name=value`); the last wins. Names are dotted; in the environment `server.port` is `AIOPS_SERVER_PORT`, and an empty variable is none. Lists and maps are written as YAML there too. `aiops config check` says what is wrong, one line each, and `aiops config print --effective` prints all that holds with where it came from.',
    ...groups.flatMap((group) => [
      `## ${group || 'Top level'}`,
      table(
        ['setting', 'default', 'meaning', 'environment'],
        settings
          .filter(({ name }) => groupOf(name) === group)
          .map(({ name, value, description }) => [
            code(name),
            value === undefined ? 'none' : code(JSON.stringify(value)),
            description,
            code(`AIOPS_${name.replaceAll('.', '_').toUpperCase()}`),
          ]),
      ),
    ]),
  )
}

const groupOf = (name: string): string => (name.includes('.') ? name.slice(0, name.indexOf('.')) : '')

/** Runs each command line of its input in one process, and writes what each printed. */
const helpScript = `
  import { runCli } from './server/src/edge/cli/index.ts'
  const write = process.stdout.write.bind(process.stdout)
  const texts = []
  for (const argv of JSON.parse(process.argv[1])) {
    let text = ''
    process.stdout.write = (part) => { text += part; return true }
    await runCli(argv, { version: '' })
    process.stdout.write = write
    texts.push(text)
  }
  write(JSON.stringify(texts))
`
const helpOf = (commands: readonly string[][]): string[] =>
  JSON.parse(
    execute('--input-type=module', '-e', helpScript, JSON.stringify(commands.map((c) => [...c, '--help']))),
  )
const commandsIn = (help: string): string[] =>
  [...(/^Commands:\n((?: .*\n)*)/m.exec(help)?.[1] ?? '').matchAll(/^ {2}([a-z][a-z-]*)/gm)]
    .map(([, name]) => name ?? '')
    .filter((name) => name !== 'help')

type Help = { command: readonly string[]; help: string }

/** The help of commands and of all below them, each before its own; a level at a time, in one process. */
function helpBelow(level: readonly string[][]): Help[] {
  if (level.length === 0) return []
  const helps = helpOf(level)
  const next = level.map((command, i) => commandsIn(helps[i] ?? '').map((name) => [...command, name]))
  const found = helpBelow(next.flat())
  return level.flatMap((command, i) => [
    { command, help: helps[i] ?? '' },
    ...found.filter((one) => command.every((word, at) => one.command[at] === word)),
  ])
}

function cliPage(): string {
  const [whole = ''] = helpOf([[]])
  const all = helpBelow(commandsIn(whole).map((name) => [name]))
  return page(
    'Command line',
    'Answers go to standard output, everything else to standard error. Exit codes: 0 done, 1 failed with one sentence saying what to do, 2 wrong usage, 3 not answerable.',
    block('text', whole.trimEnd()),
    ...all.flatMap(({ command, help }) => [`## aiops ${command.join(' ')}`, block('text', help.trimEnd())]),
  )
}

/** Stands for everything a part is handed and does not use while it only says what it would receive. */
const nothing: unknown = new Proxy(() => nothing, {
  get: (_target, key) => (key === 'then' ? undefined : nothing),
})

/** By name, for what is handed on by name. */
const ingestDeps = Object.fromEntries(
  ['telemetryLog', 'metricStore', 'logStore', 'traceStore', 'alerts', 'bus', 'ruleSource', 'mappingSource']
    .concat(['clock', 'random', 'metrics', 'log'])
    .map((name) => [name, nothing]),
)

async function protocolPage(): Promise<string> {
  const { createIngest, IngestConfig } = await import('../../server/src/pipeline/ingest/index.ts')
  const { createAlertmanagerApi } = await import('../../server/src/edge/alertmanager/index.ts')
  const ingest = createIngest(ingestDeps as Parameters<typeof createIngest>[0], IngestConfig.parse({}))
  const alertmanager = createAlertmanagerApi(nothing as Parameters<typeof createAlertmanagerApi>[0])
  return page(
    'Protocols',
    'Where senders deliver, each in its own standard form. An answer of 2xx means that everything accepted is on disk. A refusal has the [one error form](errors.md). Senders need the permission `telemetry:write` where keys are configured; the tenant is that of the key, or of the header `X-Tenant-ID` or `X-Scope-OrgID`.',
    table(
      ['address', 'what it takes'],
      [...ingest.receivers, ...alertmanager.receivers].map(({ method = 'POST', path, summary }) => [
        code(`${method} ${path}`),
        summary,
      ]),
    ),
    'OTLP over gRPC is taken on port 4317, syslog (UDP, TCP, TLS) and StatsD (UDP, TCP) where they are switched on: `collector` in the [configuration](configuration.md#collector).',
    'Alerts as plain JSON are an operation of the [API](api.md#ingestalerts). How much is taken at once is under `ingest` in the [configuration](configuration.md#ingest).',
  )
}
