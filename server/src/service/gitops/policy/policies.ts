import type { Policy, PolicyDecision } from '@aiops/contract/model/policy'
import type { Clock } from '../../../kernel/clock.ts'
import { Fault, messageOf } from '../../../kernel/fault.ts'
import type { Log } from '../../../kernel/log.ts'
import type { PolicyProgram } from '../../../port/policy-program.ts'
import { type CompiledPolicy, evaluatePolicy, type ProgramVerdict } from './evaluate.ts'
import { defaultPolicy, type LoadedPolicy, readPolicy, runPolicyTests } from './policy-document.ts'
import type { PolicyInput } from './policy-input.ts'

export type PoliciesDeps = {
  clock: Clock
  log: Log
  /** Text of the policy file and its name; undefined: the shipped policy. Rejects where it cannot be read. */
  read(): Promise<{ text: string; source: string } | undefined>
  /** Beside the rules; undefined: there is none. */
  program: PolicyProgram | undefined
}

export interface Policies {
  current(): Policy
  tests(): { passed: number; failed: string[] }
  /** What the file says now. One that cannot be used, or whose tests fail, is refused: at the start by a fault, later the one before stays. */
  load(): Promise<void>
  evaluate(input: PolicyInput, options: { overridden: boolean; signal: AbortSignal }): Promise<PolicyDecision>
}

/** The one policy in force. */
export function createPolicies({ clock, log, read, program }: PoliciesDeps): Policies {
  let loaded: LoadedPolicy | undefined
  let text: string | undefined
  let tests = { passed: 0, failed: [] as string[] }
  const known = (): CompiledPolicy => {
    if (!loaded) throw new Fault('NOT_READY', 'The policy is being loaded.')
    return loaded.policy
  }
  const verdict = async (input: PolicyInput, signal: AbortSignal): Promise<ProgramVerdict | undefined> => {
    if (!program) return undefined
    try {
      return await program.evaluate(input, signal)
    } catch (error) {
      return { deny: [], require: [`The policy program could not be asked: ${messageOf(error)}`] }
    }
  }
  return {
    current() {
      const { compiled: _, ...policy } = known()
      return policy
    },
    tests: () => tests,
    async load() {
      try {
        const found = await read()
        if (loaded && found?.text === text) return
        const next = found ? readPolicy(found.text, found.source, clock.now()) : defaultPolicy(clock.now())
        const results = runPolicyTests(next)
        if (results.failed.length > 0)
          throw new Fault('CONFIG_INVALID', `Tests of the policy fail: ${results.failed.join('; ')}`)
        loaded = next
        text = found?.text
        tests = results
      } catch (error) {
        if (!loaded) throw error
        log.warn(
          { problem: messageOf(error) },
          'the policy file is not used; the policy before stays in force',
        )
      }
    },
    async evaluate(input, { overridden, signal }) {
      const policy = known()
      return evaluatePolicy(policy, input, {
        ...{ overridden, nowMs: clock.now() },
        program: await verdict(input, signal),
      })
    },
  }
}
