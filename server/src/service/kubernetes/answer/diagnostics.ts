import type { HealthCheck } from '@aiops/contract/model/kubernetes'
import { messageOf } from '../../../kernel/fault.ts'
import { atOnce, type Stepwise } from '../../../kernel/stepwise.ts'
import type { ClusterView } from '../view.ts'
import { arcChecks } from './arc-checks.ts'
import { type Check, type CheckContext, type CheckResult, unknown } from './health-check.ts'
import { networkChecks } from './network-checks.ts'
import { nodeChecks } from './node-checks.ts'
import { platformOf } from './platform.ts'
import { podChecks } from './pod-checks.ts'

/**
 * The health checks of a cluster; those that are of another platform are left out. A check whose kinds are not known whole is UNKNOWN, one
 * that could not be run for a reason of ours ERROR.
 */
export function diagnostics(view: ClusterView, api?: CheckContext['api']): HealthCheck[] {
  return atOnce(diagnosticSteps(view, api))
}

/** A step is one check, or 128 objects of one that looks at many. */
export function* diagnosticSteps(view: ClusterView, api?: CheckContext['api']): Stepwise<HealthCheck[]> {
  const context: CheckContext = { view, api, platform: platformOf(view) }
  const results: HealthCheck[] = []
  for (const check of checks) {
    if (check.applies && !check.applies(context)) continue
    results.push(healthCheck(check, yield* resultOf(check, context)))
    yield
  }
  return results
}

/** Of all checks: the worst that is known. UNKNOWN only where nothing is. */
export function overallStatus(all: readonly HealthCheck[]): 'PASS' | 'WARNING' | 'FAIL' | 'UNKNOWN' {
  const has = (...wanted: HealthCheck['status'][]): boolean =>
    all.some(({ status }) => wanted.includes(status))
  if (has('FAIL')) return 'FAIL'
  if (has('WARNING', 'ERROR')) return 'WARNING'
  return has('PASS') ? 'PASS' : 'UNKNOWN'
}

const checks: readonly Check[] = [...nodeChecks, ...arcChecks, ...networkChecks, ...podChecks]
/** Objects that a check names. */
const objectsMax = 50

function* resultOf(check: Check, context: CheckContext): Stepwise<CheckResult> {
  const missing = check.needs.filter((kind) => !context.view.isKnown(kind))
  if (missing.length > 0) return unknown(`Not known: ${missing.join(', ')} could not be read.`)
  try {
    const result = check.run(context)
    return 'status' in result ? result : yield* result
  } catch (error) {
    return { status: 'ERROR', severity: 'LOW', message: `The check could not be run: ${messageOf(error)}` }
  }
}

function healthCheck({ id, category, title, remediation }: Check, result: CheckResult): HealthCheck {
  const { status, severity = 'INFO', message, objects = [] } = result
  const isWell = status === 'PASS'
  return {
    ...{ id, category, title, status, severity, message },
    objects: objects.slice(0, objectsMax),
    remediation: isWell ? { description: '', kubectl_commands: [], az_commands: [] } : remediation,
  }
}
