import { access, constants } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, isAbsolute, join } from 'node:path'
import type { Clock } from '../../kernel/clock.ts'
import type { PlanEngineConfig } from './config.ts'
import { type EngineRun, runEngine } from './engine-process.ts'

export type Program = {
  path: string
  name: 'OpenTofu' | 'Terraform'
  version: string
  /** What it is started through. */
  launcher: readonly string[]
  /** Whether it is told to stop when this process dies. */
  endsWithProcess: boolean
}

const lookedUpMs = 60_000
const versionTimeoutMs = 10_000

/** Which engine there is, looked up once a minute at most; what several ask for at once is looked up once. */
export function programFinder(
  clock: Clock,
  config: Pick<PlanEngineConfig, 'path' | 'memory_bytes_max'>,
  environment: NodeJS.ProcessEnv,
): () => Promise<Program | undefined> {
  let known: { untilMs: number; program: Promise<Program | undefined> } | undefined
  return () => {
    if (!known || clock.monotonic() >= known.untilMs)
      known = { untilMs: clock.monotonic() + lookedUpMs, program: find(clock, config, environment) }
    return known.program
  }
}

async function find(
  clock: Clock,
  { path: set, memory_bytes_max: bytesMax }: Pick<PlanEngineConfig, 'path' | 'memory_bytes_max'>,
  environment: NodeJS.ProcessEnv,
): Promise<Program | undefined> {
  if (set === 'none') return undefined
  for (const name of set === '' ? ['tofu', 'terraform'] : [set]) {
    for (const path of candidates(name, environment)) {
      const program = (await isExecutable(path))
        ? await versionOf(clock, path, bytesMax, environment)
        : undefined
      if (program) return program
    }
  }
  return undefined
}

const candidates = (name: string, { PATH = '' }: NodeJS.ProcessEnv): string[] =>
  name.includes('/')
    ? [name]
    : PATH.split(delimiter)
        .filter(isAbsolute)
        .map((folder) => join(folder, name))

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}

/** `OpenTofu v1.12.6`, `Terraform v1.11.4`; undefined for a program that is neither. */
async function versionOf(
  clock: Clock,
  path: string,
  bytesMax: number,
  environment: NodeJS.ProcessEnv,
): Promise<Program | undefined> {
  const run = await tried(clock, path, ['version'], environment)
  const found = /^(OpenTofu|Terraform) v(\d[\w.+-]{0,60})/m.exec(run?.stdout.toString('utf8') ?? '')
  if (!found) return undefined
  const ending = await endingLauncher(clock, environment)
  return {
    ...{ path, name: found[1] as Program['name'], version: found[2]! },
    launcher: [...ending, ...(await boundLauncher(clock, bytesMax, environment))],
    endsWithProcess: ending.length > 0,
  }
}

/**
 * Linux, util-linux: when this process dies, whatever the way, the engine is told to stop. Without it the engine would go on alone. The
 * kernel tells once for each thread that dies, and two interrupts make an engine drop everything: the shell between them passes on one.
 * An interrupt of the group reaches the engine by itself.
 */
async function endingLauncher(clock: Clock, environment: NodeJS.ProcessEnv): Promise<readonly string[]> {
  const launcher = ['setpriv', '--pdeathsig', 'TERM']
  const run = await tried(clock, 'setpriv', ['--pdeathsig', 'TERM', 'true'], environment)
  return run?.code === 0 ? [...launcher, 'sh', '-c', passOnce, 'sh'] : []
}

/**
 * The bound is on what can be written (RLIMIT_DATA): programs in Go reserve far more addresses than they ever use. Each process has it for
 * itself; what exceeds it fails by itself and says so.
 */
async function boundLauncher(
  clock: Clock,
  bytesMax: number,
  environment: NodeJS.ProcessEnv,
): Promise<readonly string[]> {
  if (bytesMax === 0) return []
  const bound = [`--data=${bytesMax}`]
  const run = await tried(clock, 'prlimit', [...bound, 'true'], environment)
  return run?.code === 0 ? ['prlimit', ...bound] : []
}

const passOnce = `trap '' INT
"$@" &
engine=$!
trap 'trap "" TERM; kill -TERM $engine' TERM
wait $engine
code=$?
while kill -0 $engine 2>/dev/null; do wait $engine; code=$?; done
exit $code`

function tried(
  clock: Clock,
  program: string,
  args: readonly string[],
  { PATH = '' }: NodeJS.ProcessEnv,
): Promise<EngineRun | undefined> {
  const env = { PATH, HOME: tmpdir(), TF_CLI_CONFIG_FILE: '/dev/null', CHECKPOINT_DISABLE: '1' }
  const command = { program, args, cwd: tmpdir(), env, timeoutMs: versionTimeoutMs }
  const never = new AbortController().signal
  return runEngine(clock, { ...command, outputBytesMax: 65_536, graceMs: 0 }, never).catch(() => undefined)
}
