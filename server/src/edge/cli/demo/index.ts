import { type Command, InvalidArgumentError, Option } from 'commander'
import { Fault } from '../../../kernel/fault.ts'
import { Exit } from '../exit.ts'
import { collectSetting, portOf } from '../serve.ts'
import { runDemo } from './course.ts'
import type { DemoDeps, DemoOptions } from './options.ts'
import { runScenario, type ScenarioName, scenarioNames } from './scenario/index.ts'

export type { DemoDeps } from './options.ts'

const kinds = ['latency', 'errors', 'cpu', 'memory', 'pool', 'down', 'deploy', 'traffic']
const roles = ['front', 'catalog', 'cart', 'checkout', 'payments', 'inventory', 'store']

function faultOf(text: string): DemoOptions['fault'] {
  const [kind = '', role = ''] = text.split('@')
  if (!kinds.includes(kind) || !roles.includes(role)) {
    throw new InvalidArgumentError(
      `Write KIND@SERVICE with a kind of ${kinds.join(' ')} and a service of ${roles.join(' ')}.`,
    )
  }
  return { kind, role }
}

const whole = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It is a whole number.')
  return Number(text)
}

/** A scenario's usual values are medians of steps of five seconds, which takes longer than a shop's. */
const baselineSeconds = 30
const scenarioBaselineSeconds = 60

type Given = Omit<DemoOptions, 'baseline'> & { baseline?: number; scenario?: ScenarioName }

/** `aiops demo`: the platform on a temporary folder, a small real shop beside it, a real fault, and what becomes of it. */
export function demoCommand(program: Command, deps: DemoDeps): void {
  program
    .command('demo')
    .description(
      'see it work: a small shop of real services, a real fault in one of them, found and explained',
    )
    .addOption(
      new Option('--fault <kind@service>', `what breaks: ${kinds.join(' ')} @ ${roles.join(' ')}`)
        .argParser(faultOf)
        .default({ kind: 'latency', role: 'payments' }, 'latency@payments'),
    )
    .option('--and <kind@service>', 'a second fault at another service at the same time', faultOf)
    .addOption(
      new Option(
        '--scenario <name>',
        'instead of the shop: trouble at a provider, decided, changed through Git, reviewed',
      ).choices(scenarioNames),
    )
    .option('--approve', 'also do what a person has to: approve what is proposed, review what was overridden')
    .option(
      '--sabotage',
      'make the runbook do harm (implies --approve): it must end rolled back and escalated',
    )
    .option(
      '--seed <number>',
      'another history: of a scenario other prices, of the shop other names and ports',
      whole,
    )
    .option('--keep', 'go on until Ctrl-C, so that the incident can be looked at')
    .option('--json', 'print one JSON object a line')
    .option('--port <number>', 'port of the platform', portOf, 0)
    .option('--baseline <seconds>', 'how long all is well before the fault (30; 60 of a scenario)', whole)
    .option('--export-interval <ms>', 'how often the services export their metrics', whole, 2_000)
    .option('--set <name=value>', 'a setting of the platform, may be repeated', collectSetting, [])
    .addHelpText(
      'after',
      '\nExamples:\n  aiops demo\n  aiops demo --fault errors@payments --approve\n  aiops demo --fault pool@store --seed 7 --keep\n  aiops demo --scenario provider-outage\n',
    )
    .action(async (options: Given) => {
      if (process.platform !== 'linux' && process.platform !== 'darwin')
        throw new Fault('CONFIG_INVALID', 'The demo runs on Linux and macOS.')
      if (options.and?.role === options.fault.role)
        throw new Fault('INVALID_REQUEST', 'Give --and another service than --fault.')
      const approve = Boolean(options.approve || options.sabotage)
      const { scenario } = options
      const code = scenario
        ? await runScenario(deps, {
            ...{ scenario, approve, seed: options.seed ?? 1, keep: options.keep ?? false },
            ...{ json: options.json ?? false, port: options.port, set: options.set },
            baseline: options.baseline ?? scenarioBaselineSeconds,
          })
        : await runDemo(deps, { ...options, approve, baseline: options.baseline ?? baselineSeconds })
      if (code !== 0) throw new Exit(code)
    })
}
