import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { durationMs } from '@aiops/contract/model/time'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import { Semaphore } from '../../kernel/semaphore.ts'
import { codeOfPlan } from '../../port/plan-code.ts'
import type { EnginePlan, PlanEngine, Stack } from '../../port/plan-engine.ts'
import type { PlanEngineConfig } from './config.ts'
import { type EngineRun, runEngine } from './engine-process.ts'
import { LeftRuns, workspacePrefix } from './left-run.ts'
import { diagnosticsOf, faultOf, logOf } from './message.ts'
import { type Program, programFinder } from './program.ts'
import { recoverState } from './recovery.ts'
import { openWorkspace, type Workspace, writePrivate } from './workspace.ts'

export type PlanEngineDeps = {
  clock: Clock
  environment: NodeJS.ProcessEnv
  /** For states that could not be stored: they are nowhere else. */
  recoveryFolder: string
}

const outputBytesMax = 16 * 1_048_576
const logLengthMax = 262_144
/** For an interrupted apply to store its state and give its lock back. */
const applyGraceMs = 20_000
const graceMs = 3_000
const afterwardsMs = 30_000
/** How long a lock that somebody else holds is waited for. */
const lockTimeout = '10s'
const planFile = 'plan.bin'

/** OpenTofu or Terraform as a program of this machine. */
export function createPlanEngine(
  { clock, environment, recoveryFolder }: PlanEngineDeps,
  config: PlanEngineConfig,
): PlanEngine {
  const find = programFinder(clock, config, environment)
  const places = new Semaphore(config.parallel_max)
  const left = new LeftRuns(clock, recoveryFolder)
  const timeoutMs = durationMs(config.timeout)
  /** Once, before anything runs: later it would meet runs of our own. */
  const swept = left.sweep().catch(() => undefined)

  /** `until`: one time for all commands of a run. */
  async function within<T>(stack: Stack, signal: AbortSignal, work: (run: Runner) => Promise<T>): Promise<T> {
    await swept
    const program = await find()
    if (!program) throw new Fault('PLAN_FAILED', 'There is no OpenTofu or Terraform here, so no plan is run.')
    return places.run(async () => {
      const workspace = await openWorkspace(stack, config, environment, workspacePrefix(recoveryFolder))
      try {
        return await work(runnerOf(clock, program, workspace, clock.monotonic() + timeoutMs, signal))
      } finally {
        await workspace.remove()
      }
    }, signal)
  }

  return {
    async describe() {
      const program = await find()
      return (
        program && {
          ...{ name: program.name, version: program.version },
          endsWithProcess: program.endsWithProcess,
        }
      )
    },
    validate: (stack, signal) =>
      within(stack, signal, async (run) => {
        const init = await run(['init', '-backend=false', '-input=false', '-no-color', '-json'])
        if (init.code !== 0) {
          const fault = faultOf('init', init.stdout, init.stderr)
          const diagnostics = diagnosticsOf(init.stdout)
          if (diagnostics.length > 0) return { valid: false, diagnostics }
          throw fault
        }
        const { stdout, stderr, code } = await run(['validate', '-no-color', '-json'])
        const diagnostics = diagnosticsOf(stdout)
        if (code !== 0 && diagnostics.length === 0) throw faultOf('validate', stdout, stderr)
        return { valid: code === 0, diagnostics }
      }),
    plan: (stack, { refreshOnly = false }, signal) =>
      within(stack, signal, async (run) => {
        await initialise(run, stack)
        const { url } = stack.state
        await left.store(url, (file) =>
          run(['state', 'push', '-no-color', `-lock-timeout=${lockTimeout}`, file]),
        )
        const path = run.workspace.path(planFile)
        const planned = await run([
          ...[
            'plan',
            '-input=false',
            '-no-color',
            '-json',
            '-detailed-exitcode',
            `-lock-timeout=${lockTimeout}`,
          ],
          ...[`-var-file=${run.workspace.path('variables.tfvars.json')}`, `-out=${path}`],
          ...(refreshOnly ? ['-refresh-only'] : []),
        ])
        if (planned.code !== 0 && planned.code !== 2) throw faultOf('plan', planned.stdout, planned.stderr)
        await left.over(url)
        return readPlan(run, path, planned.code === 2, config.allow_code)
      }),
    apply: (stack, file, signal) =>
      within(stack, signal, async (run) => {
        await writePrivate(run.workspace.path(planFile), file)
        await initialise(run, stack)
        // What was planned elsewhere is looked at again: a plan file is bytes that somebody stored.
        await readPlan(run, run.workspace.path(planFile), true, config.allow_code)
        await left.begin(stack.state.url, run.workspace.cwd)
        const applied = await applyPlan(run, clock, recoveryFolder).finally(() => left.end(stack.state.url))
        const outputs = await run(['output', '-json', '-no-color'])
        if (outputs.code !== 0) throw faultOf('output', outputs.stdout, outputs.stderr)
        return { log: logOf(applied.stdout, logLengthMax), outputs: outputsOf(outputs.stdout) }
      }),
  }
}

type Runner = {
  /** `survives`: it goes on to its end where this process dies. */
  (args: readonly string[], graceMs?: number, survives?: boolean): Promise<EngineRun>
  readonly workspace: Workspace
  /** Also once the run was aborted or its time is over. */
  afterwards(args: readonly string[]): Promise<EngineRun>
}

function runnerOf(
  clock: Clock,
  { path, launcher }: Program,
  workspace: Workspace,
  untilMs: number,
  signal: AbortSignal,
): Runner {
  const { cwd, env } = workspace
  const [program = path, ...before] = [...launcher, path]
  const command = (args: readonly string[]) => ({
    program,
    args: [...before, ...args],
    cwd,
    env,
    outputBytesMax,
  })
  const run = (args: readonly string[], grace = graceMs, survives = false): Promise<EngineRun> => {
    const timeoutMs = Math.max(1, untilMs - clock.monotonic())
    const output = survives ? { outputFolder: workspace.path('') } : {}
    return runEngine(clock, { ...command(args), ...output, timeoutMs, graceMs: grace }, signal)
  }
  const afterwards = (args: readonly string[]): Promise<EngineRun> =>
    runEngine(clock, { ...command(args), timeoutMs: afterwardsMs, graceMs }, new AbortController().signal)
  return Object.assign(run, { workspace, afterwards })
}

async function initialise(run: Runner, { state: { url } }: Stack): Promise<void> {
  const settings = {
    ...{ address: url, lock_address: `${url}/lock`, unlock_address: `${url}/lock` },
    ...{
      lock_method: 'POST',
      unlock_method: 'DELETE',
      retry_max: '2',
      retry_wait_min: '1',
      retry_wait_max: '5',
    },
  }
  const backend = Object.entries(settings).map(([name, value]) => `-backend-config=${name}=${value}`)
  const { code, stdout, stderr } = await run(['init', '-input=false', '-no-color', '-json', ...backend])
  if (code !== 0) throw faultOf('init', stdout, stderr)
}

/** Whatever ends it, its state is looked after. */
async function applyPlan(run: Runner, clock: Clock, recoveryFolder: string): Promise<EngineRun> {
  const args = ['apply', '-input=false', '-no-color', '-json', `-lock-timeout=${lockTimeout}`]
  try {
    const applied = await run([...args, run.workspace.path(planFile)], applyGraceMs, true)
    if (applied.code !== 0) throw faultOf('apply', applied.stdout, applied.stderr)
    return applied
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    const { workspace, afterwards } = run
    throw await recoverState(error, clock, { cwd: workspace.cwd, folder: recoveryFolder, run: afterwards })
  }
}

async function readPlan(
  run: Runner,
  path: string,
  hasChanges: boolean,
  allowCode: boolean,
): Promise<EnginePlan> {
  const shown = await run(['show', '-json', '-no-color', path])
  if (shown.code !== 0) throw faultOf('show', shown.stdout, shown.stderr)
  const json = jsonOf(shown.stdout)
  const [code] = allowCode ? [] : codeOfPlan(json)
  if (code)
    throw new Fault(
      'PLAN_FAILED',
      `The plan holds ${code.what} at ${code.address}, which may not be run here.`,
    )
  const { size } = await stat(path)
  if (size > outputBytesMax) throw new Fault('PLAN_FAILED', `The plan has more than ${outputBytesMax} bytes.`)
  const file = await readFile(path)
  const log = await run(['show', '-no-color', path])
  if (log.code !== 0) throw faultOf('show', log.stdout, log.stderr)
  return {
    ...{ file, json, hasChanges, sha256: createHash('sha256').update(file).digest('hex') },
    log: log.stdout.toString('utf8').slice(0, logLengthMax),
  }
}

/** Sensitive ones are left out. */
function outputsOf(stdout: Buffer): Record<string, unknown> {
  const all = jsonOf(stdout) as Record<string, { value: unknown; sensitive?: boolean }>
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, { value, sensitive }]) => (sensitive ? [] : [[name, value]])),
  )
}

function jsonOf(stdout: Buffer): unknown {
  try {
    return JSON.parse(stdout.toString('utf8'))
  } catch (cause) {
    throw new Fault('PLAN_FAILED', 'The engine answered something that is no JSON.', { cause })
  }
}
