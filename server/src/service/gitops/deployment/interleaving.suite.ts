import { messageOf } from '../../../kernel/fault.ts'
import { drive } from './flow.ts'
import { approve, close } from './person.ts'
import { newDeployment } from './record.ts'
import { Observer } from './simulated-observer.suite.ts'
import type { Process } from './simulated-schedule.suite.ts'
import { World } from './simulated-world.suite.ts'

export type Interleaving = {
  violations: string[]
  applies: number
  steps: number
  states: string[]
  crashes: number
}

const adverseStepsMax = 500
const restStepsMax = 4_000

/** One history: random proposals, plans, people, races, lies and crashes; then peace, until everything rests. By its seed always the same. */
export async function interleave(seed: number): Promise<Interleaving> {
  const world = new World(seed)
  const observer = new Observer(world)
  const { schedule } = world
  const chance = (share: number): boolean => schedule.random() < share
  const adversity = schedule.random() * 0.1
  const crashes = schedule.random() * 0.03
  world.forge.lies = chance(0.5) ? schedule.random() * 0.08 : 0
  world.engine.failures = chance(0.3) ? 0.3 : 0
  let crashed = 0
  let living: Process[] = [world.start(), world.start()]
  propose(world, living[0] as Process, 'a')
  if (chance(0.6)) propose(world, living[1] as Process, 'a')
  if (chance(0.6)) propose(world, living[1] as Process, 'b')
  for (let count = 0; count < adverseStepsMax; count += 1) {
    if (chance(adversity)) act(world, living)
    if (chance(crashes)) {
      const victim = schedule.pick(living) as Process
      die(world, victim)
      crashed += 1
      living = [...living.filter((one) => one !== victim), world.start()]
    }
    for (const process of living) look(world, process)
    schedule.now += (await schedule.next()) ? 100 : 15_000
    if (chance(0.02)) schedule.now += Math.floor(schedule.random() * 240_000)
    if (isDone(world)) break
  }
  calm(world)
  let idle = 0
  for (let count = 0; count < restStepsMax && idle < 400; count += 1) {
    for (const process of living) look(world, process)
    if (isDone(world)) break
    const went = await schedule.next()
    idle = isWaiting(world) ? idle + 1 : 0
    // Each call takes its time, so that the leases of the dead end; where nobody has anything to do, the next thing is due.
    schedule.now =
      went && !isAsleep(world) ? schedule.now + 500 : Math.max(schedule.now + 500, nextDue(world))
  }
  observer.atRest()
  const states = [...world.records.rows.values()].map(({ stored }) => stored.deployment.state)
  const { violations, applies } = observer
  return { violations, applies, steps: schedule.step, states, crashes: crashed }
}

/** A process that has nothing to do looks for what is due. */
function look(world: World, process: Process): void {
  if (process.busy) return
  process.busy = true
  const deps = world.depsOf(process)
  const signal = new AbortController().signal
  const round = async (): Promise<void> => {
    for (const { tenant, id } of await deps.deployments.due(world.schedule.now, 10))
      await drive(deps, world.config, { tenant, id, holder: process.name, signal })
  }
  round()
    .catch((error) => {
      if (process.alive) throw new Error(`a drive threw: ${messageOf(error)}`, { cause: error })
    })
    .finally(() => {
      process.busy = false
    })
}

function propose(world: World, process: Process, service: string): void {
  const { schedule, random } = world
  const chance = (share: number): boolean => schedule.random() < share
  const after = chance(0.15) ? 'danger' : chance(0.1) ? 'aws' : 'alibaba'
  const decision = chance(0.1)
    ? null
    : {
        ...{ confidence: chance(0.5) ? 0.95 : 0.7, calibrated: chance(0.8) },
        ...{ saving_monthly_usd: { p10: chance(0.8) ? 20 : -5, p50: 90, p90: 120 } },
        cost_delta_percent: chance(0.8) ? -20 : 8,
      }
  const author = chance(0.75) ? 'aiops-bot' : 'dana'
  const stored = newDeployment(
    'default',
    {
      ...{
        id: random.uuid(schedule.now),
        service,
        title: `Move ${service}`,
        author,
        repository: 'infra',
        stack: 'prod',
      },
      changes: [{ file: 'prod/terraform.tfvars', variable: `${service}_provider`, before: null, after }],
    },
    { decision },
    schedule.now,
  )
  world.records
    .seenBy(process)
    .insert(stored, 5)
    .catch(() => undefined)
}

const people = ['dana', 'erik', 'fay', 'aiops-bot']

/** Something that somebody does who is not one of the processes. */
function act(world: World, living: readonly Process[]): void {
  const { schedule, forge, engine, records, random } = world
  const person = schedule.pick(people) as string
  const request = schedule.pick(forge.requests)
  const row = schedule.pick([...records.rows.values()])
  const process = schedule.pick(living) as Process
  const ways: (() => void)[] = [
    () =>
      request &&
      schedule.random() < 0.4 &&
      forge.push(
        request.source,
        schedule.random() < 0.5 ? 'prod/main.tf' : 'docs/a',
        `evil ${schedule.step}`,
      ),
    () => forge.push('main', 'docs/a', `${schedule.step}`),
    () => forge.push('main', 'prod/main.tf', `other ${schedule.step}`),
    () =>
      forge.push(
        'main',
        'prod/terraform.tfvars',
        (forge.filesOf('main').get('prod/terraform.tfvars') ?? '').replace(
          /b_provider = .*/,
          schedule.random() < 0.3 ? 'b_provider = danger' : 'b_provider = gcp',
        ),
      ),
    ...Array.from({ length: 6 }, () => () => request && forge.approve(request.number, person)),
    () => request && forge.revoke(request.number, person),
    () => request && forge.mergeNow(request.number),
    () => schedule.random() < 0.3 && request?.state === 'OPEN' && Object.assign(request, { state: 'CLOSED' }),
    () => Object.assign(records.kill, { on: schedule.random() < 0.5, reason: 'looking' }),
    () => freeze(world),
    () => Object.assign(engine, { locked: schedule.random() < 0.5 }),
    () => Object.assign(world.context, { incident_open: schedule.random() < 0.5 }),
    () => Object.assign(world.context, { tier: schedule.random() < 0.2 ? 1 : 2 }),
    () => Object.assign(world, { isFailing: schedule.random() < 0.5 }),
    () => propose(world, process, random.next() < 0.5 ? 'a' : 'b'),
    () => {
      schedule.now += Math.floor(random.next() * 20_000_000)
    },
    ...Array.from({ length: 8 }, () => () => row && grant(world, process, row.stored.deployment.id, person)),
    () =>
      row &&
      schedule.random() < 0.4 &&
      void close(world.depsOf(process), 'default', row.stored.deployment.id, 'dana', 'not now').catch(
        () => undefined,
      ),
  ]
  schedule.pick(ways)?.()
}

/** Through the API, of what the person sees or of something older. */
function grant(world: World, process: Process, id: string, by: string): void {
  const seen = world.records.rows.get(id)?.stored.deployment
  if (!seen) return
  const isStale = world.schedule.random() < 0.15
  const headSha = seen.head_sha ?? ''
  const planSha256 = isStale ? 'f'.repeat(64) : (seen.plan?.sha256 ?? '')
  const given = { head_sha: headSha, plan_sha256: planSha256, comment: null }
  world.asked.push({ id, by, headSha, planSha256 })
  approve(world.depsOf(process), world.config, { tenant: 'default', id, by, self: 'aiops-bot' }, given)
    .then(() => world.granted.push({ id, by, headSha, planSha256 }))
    .catch(() => undefined)
}

function freeze(world: World): void {
  const { freezes, schedule } = world
  freezes.length = 0
  if (schedule.random() < 0.5) return
  const until = new Date(schedule.now + 600_000).toISOString()
  const once = { from: new Date(schedule.now).toISOString(), until }
  freezes.push({ name: 'fair', days: [], start: '00:00', end: '00:00', time_zone: 'UTC', ...once })
}

function die({ schedule, engine }: World, process: Process): void {
  schedule.kill(process)
  // Its engine died with it; somebody unlocks the state.
  if (schedule.random() < 0.7) engine.locked = false
}

function calm({ forge, engine, records, freezes, context }: World): void {
  forge.lies = 0
  engine.failures = 0
  engine.locked = false
  records.kill.on = false
  freezes.length = 0
  context.incident_open = false
  context.tier = 2
}

const isFinal = (state: string): boolean => ['KEPT', 'REVERTED', 'DENIED', 'CLOSED', 'FAILED'].includes(state)
const isDone = ({ records }: World): boolean =>
  records.rows.size > 0 && [...records.rows.values()].every(({ stored }) => isFinal(stored.deployment.state))
const isWaiting = ({ records }: World): boolean =>
  [...records.rows.values()].every(
    ({ stored }) => isFinal(stored.deployment.state) || waits.has(stored.deployment.state),
  )
const waits: ReadonlySet<string> = new Set(['AWAITING_APPROVAL', 'PROPOSED', 'REVERTING'])
const isAsleep = (world: World): boolean => nextDue(world) > world.schedule.now
const nextDue = ({ records }: World): number =>
  Math.min(
    ...[...records.rows.values()].map(({ stored }) =>
      isFinal(stored.deployment.state) ? Number.POSITIVE_INFINITY : stored.work.dueMs,
    ),
    8_000_000_000_000,
  )
