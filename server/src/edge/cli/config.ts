import type { Command } from 'commander'
import { stringify } from 'yaml'
import { print, printJson } from './print.ts'
import { type ServeOptions, settingOption } from './serve.ts'

type Deps = {
  settings(options: Pick<ServeOptions, 'config' | 'set'>): Setting[] | Promise<Setting[]>
}
type Options = Pick<ServeOptions, 'config' | 'set'> & { effective?: boolean; json?: boolean }

export function configCommand(program: Command, deps: Deps): void {
  const config = program
    .command('config')
    .description('check and print the configuration')
    .addHelpText('after', examples)
  withSettings(config.command('check').description('say whether the configuration can be used'))
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  aiops config check --config aiops.yaml\n')
    .action(async (options: Options) => {
      const changed = (await deps.settings(options)).filter((setting) => setting.source !== 'default')
      if (options.json) printJson({ ok: true, changed: changed.map((setting) => setting.name) })
      else print(`The configuration is fine; ${changed.length} settings differ from their defaults.`)
    })
  withSettings(
    config
      .command('print')
      .description(
        'print settings as YAML: those that were set, or with --effective all of them, each with its source',
      ),
  )
    .option('--effective', 'defaults too')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nExample:\n  aiops config print --effective > aiops.yaml\n')
    .action(async (options: Options) => {
      const settings = (await deps.settings(options)).filter(
        (setting) => options.effective || setting.source !== 'default',
      )
      if (options.json) printJson(settings)
      else process.stdout.write(yamlOf(settings))
    })
}

const examples = `
Settings come from a file, the environment and flags; the last wins:
  aiops serve --config aiops.yaml
  AIOPS_SERVER_PORT=9090 aiops serve
  aiops serve --set server.port=9090
`

const withSettings = (command: Command): Command =>
  command.option('--config <file>', 'settings as YAML').addOption(settingOption())

type Setting = { name: string; value: unknown; source: string; description: string }

/** Grouped as the file would be, each setting commented with what it means and where it came from. Read back, it gives the same settings. */
function yamlOf(settings: readonly Setting[]): string {
  if (settings.length === 0) return '# Every setting has its default; --effective shows them.\n'
  let group = ''
  const lines: string[] = []
  for (const { name, value, source, description } of settings) {
    const [head = '', ...rest] = name.split('.')
    const isTop = rest.length === 0
    const indent = isTop ? '' : '  '
    if (!isTop && head !== group) lines.push('', `${head}:`)
    group = isTop ? '' : head
    lines.push(`${indent}# ${`${description} (${source})`.replace(/\s+/g, ' ').trim()}`)
    const key = isTop ? head : rest.join('.')
    // What has no value cannot be written; the name stays visible.
    const text = value === undefined ? `# ${key}:` : stringify({ [key]: value }, { lineWidth: 0 }).trimEnd()
    lines.push(...text.split('\n').map((line) => `${indent}${line}`))
  }
  return `${lines.join('\n').trim()}\n`
}
