import { project, stackFolder, stackName, variablesFile } from './options.ts'
import type { Places } from './repository.ts'

/**
 * Settings of the platform: the repository, who may run where, and intervals of seconds where an operator has minutes, so that it can be
 * watched. What decides (weights, limits of the policy, factors and signals of an emergency, dwell and cooldown) is as shipped.
 */
export function scenarioSettings(places: Places, providers: readonly string[]): object {
  const variables = (service: string) => ({
    file: variablesFile,
    provider: `${service}_provider`,
    region: `${service}_region`,
    instance: `${service}_instance`,
  })
  return {
    // The usual port may be another platform's on this machine.
    collector: { otlp_grpc: { port: 0 } },
    forge: { projects: [{ name: project, approvals_required: 0 }] },
    correlate: { resolve_after: '5s' },
    gitops: {
      repositories: [
        {
          ...{ name: project, forge: 'LOCAL', project },
          stacks: [
            {
              ...{ name: stackName, folder: stackFolder },
              services: Object.fromEntries([...places.keys()].map((name) => [name, variables(name)])),
            },
          ],
        },
      ],
      ...{ poll_interval: '1s', verify_interval: '2s', verify_window: '12s' },
    },
    placement: {
      ...{ mode: 'PROPOSE', interval: '2s' },
      // Steps of seconds: the draws need four of them, and the usual values of a provider come from 24.
      telemetry: { stale_after: '8s', step: '5s', window: '20m' },
      defaults: { providers_allow: [...providers] },
      services: [{ service: 'orders', rules: { stateful: true } }],
      emergency: { window: '20s', review_after: '30s' },
      outcome: { interval: '5s', before: '15m' },
    },
  }
}
