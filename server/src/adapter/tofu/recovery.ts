import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { EngineRun } from './engine-process.ts'
import { keepState } from './keep-state.ts'

/** Where the engine leaves a state that it could not store, in the folder in which it ran. */
export const leftState = 'errored.tfstate'
const triesMax = 3
const pauseMs = 2_000

/**
 * After an apply that failed: a state that the engine could not store is stored now, or kept in `folder`, for without it nobody would know
 * what was made. Gives the fault to tell, with what became of the state.
 */
export async function recoverState(
  fault: Fault,
  clock: Clock,
  { cwd, folder, run }: { cwd: string; folder: string; run: (args: readonly string[]) => Promise<EngineRun> },
): Promise<Fault> {
  const left = join(cwd, leftState)
  if (!(await isThere(left))) return fault
  for (let tries = 0; tries < triesMax; tries += 1) {
    if (tries > 0) await clock.sleep(pauseMs)
    const { code } = await run(['state', 'push', '-no-color', left]).catch(() => ({ code: 1 }))
    if (code === 0)
      return told(fault, 'Its state could be stored afterwards; plan again to see what is left.')
  }
  const kept = await keepState(left, folder, clock.now())
  return told(
    fault,
    `Its state could not be stored and is kept in ${kept}: push it before anything else is applied.`,
  )
}

const told = (fault: Fault, sentence: string): Fault =>
  new Fault(fault.code, `${fault.message} ${sentence}`, { cause: fault })

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )
