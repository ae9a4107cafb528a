import { messageOf } from '../../../../kernel/fault.ts'
import { type DemoPlatform, startPlatform } from '../platform.ts'
import { createReporter, type Reporter } from '../reporter.ts'
import { course, end } from './course.ts'
import type { ScenarioDeps, ScenarioOptions } from './options.ts'
import { applyFirst, enginePath, placesOf, pushExample } from './repository.ts'
import { scenarioSettings } from './settings.ts'
import { World } from './world.ts'

/** Of the simulator; the repository has modules for the first two, so the third is ruled out wherever it is offered. */
const providers = ['aws', 'alibaba', 'azure']
const allowed = providers.slice(0, 2)

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** 0 when a service was moved and kept, and where it was an emergency that was reviewed. */
export async function runScenario(deps: ScenarioDeps, options: ScenarioOptions): Promise<number> {
  const report = createReporter(options.json)
  const stops: (() => Promise<void>)[] = []
  const interrupted = new Promise<number>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(130))
  })
  try {
    return await Promise.race([run(deps, options, report, stops), interrupted])
  } finally {
    for (const stop of stops.reverse())
      await stop().catch((error: unknown) => process.stderr.write(`aiops: ${messageOf(error)}\n`))
  }
}

async function run(
  deps: ScenarioDeps,
  options: ScenarioOptions,
  report: Reporter,
  stops: (() => Promise<void>)[],
): Promise<number> {
  const places = await placesOf(deps.placementExample)
  const engine = await enginePath(options.set)
  const platform = await startPlatform(deps.mainPath, {
    ...{ port: options.port, settings: [...engineSetting(engine), ...options.set] },
    config: scenarioSettings(places, allowed),
  })
  stops.push(platform.stop)
  report('ready', `The platform runs at ${platform.url}`, { url: platform.url, pid: platform.pid })
  await prepare(deps, report, platform, engine)
  const world = new World(platform, { seed: options.seed, places, providers }, (alert) =>
    report(
      'monitor',
      `Another team's monitor: ${alert.name} ${alert.firing ? 'fires' : 'ends'}, ${alert.summary}`,
      {
        ...alert,
      },
    ),
  )
  stops.push(() => world.stop())
  world.start()
  report(
    'baseline',
    `${world.simulator.source} tells of ${[...places.keys()].join(', ')} at ${providers.join(', ')}; all is well for ${options.baseline} s, so that the platform learns what usual is`,
    { services: [...places.keys()], providers, source: world.simulator.source },
  )
  await sleep(options.baseline * 1_000)
  if (world.problem !== '') return end(report, 1, `The platform could not be told: ${world.problem}`, {})
  const code = await course({ options, platform, report, world, hasEngine: engine !== undefined }, places)
  if (options.keep) {
    report('keep', 'Look at it in a browser; Ctrl-C ends the demo.', {})
    await new Promise(() => setInterval(() => undefined, 60_000))
  }
  return code
}

const engineSetting = (engine: string | undefined): string[] =>
  engine === undefined ? ['gitops.engine.path=none'] : [`gitops.engine.path=${engine}`]

/** The repository as a person begins it: a first push, and a first apply where there is something to apply with. */
async function prepare(
  deps: ScenarioDeps,
  report: Reporter,
  platform: DemoPlatform,
  engine: string | undefined,
): Promise<void> {
  const { folder, head } = await pushExample(
    { example: deps.placementExample, folder: platform.folder },
    platform.url,
  )
  report('pushed', `git push to ${platform.url}/git/infra.git: main is ${head.slice(0, 12)}`, { head })
  if (engine === undefined)
    return report(
      'engine',
      'There is neither tofu nor terraform: no plan will be run, and nothing is approved by itself',
      {
        engine: null,
      },
    )
  const said = await applyFirst(engine, folder, platform.url)
  report('engine', `${engine}: ${said} The state is kept by the platform`, { engine })
}
