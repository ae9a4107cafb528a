import type { RepositoryFile } from './forge.ts'

/** Where the state of a stack is kept: an address of the http backend, with who may write it. */
export type StateAddress = { url: string; username: string; password: string }

/** One configuration: all files that it needs, and the folder of them in which it is run. */
export type Stack = {
  files: readonly RepositoryFile[]
  folder: string
  variables: Readonly<Record<string, string>>
  state: StateAddress
}

export type PlanDiagnostic = {
  severity: 'ERROR' | 'WARNING'
  summary: string
  detail: string
  path?: string
  line?: number
}

export type EnginePlan = {
  /** The file that `apply` takes: opaque, and as secret as the state. */
  file: Uint8Array
  /** SHA-256 of it, hex. */
  sha256: string
  /** Machine-readable plan, format 1.x (OpenTofu and Terraform: `show -json`). Strangers' words. */
  json: unknown
  hasChanges: boolean
  /** What a person would have seen, without colours; at most 256 KiB. */
  log: string
}

/**
 * What plans and applies infrastructure code: OpenTofu or Terraform. Runs in a folder of its own that is removed afterwards, never in
 * anybody's working tree; its children end with it. Secrets are in neither arguments nor logs.
 *
 * - Failure: PLAN_FAILED with the engine's own first error; CONFLICT where the state is locked, or the plan is no longer of the state it was made of.
 * - Bound: one plan up to `timeout`, output up to 16 MiB; beyond it is stopped and PLAN_FAILED.
 */
export interface PlanEngine {
  /** undefined: there is none on this machine. Looked up once a minute at most. */
  describe(): Promise<
    | {
        name: 'OpenTofu' | 'Terraform'
        version: string
        /** It is told to stop when this process dies, whatever the way; else it may go on alone. */
        endsWithProcess?: boolean
      }
    | undefined
  >
  validate(stack: Stack, signal: AbortSignal): Promise<{ valid: boolean; diagnostics: PlanDiagnostic[] }>
  /** `refreshOnly`: what was changed elsewhere, and nothing else. */
  plan(stack: Stack, options: { refreshOnly?: boolean }, signal: AbortSignal): Promise<EnginePlan>
  /** Applies exactly that plan. An apply that was cut off may have been done in part: plan again to see. */
  apply(
    stack: Stack,
    file: Uint8Array,
    signal: AbortSignal,
  ): Promise<{ log: string; outputs: Readonly<Record<string, unknown>> }>
}
