import type { Kind, ObjectOf } from '../object/kind.ts'
import type { Aspect, Aspects } from './aspect.ts'
import { conditionAspects, flagWords, words } from './change-workload.ts'

/** An experiment is begun, takes hold, and is taken back: each of them changes what it is made to. */
const meshChaos = (before: ObjectOf<'NetworkChaos'>, after: ObjectOf<'NetworkChaos'>): Aspect[] => [
  ...turned(before, after, 'AllInjected', 'injected'),
  ...turned(before, after, 'AllRecovered', 'recovered'),
  ...turned(before, after, 'Paused', 'paused'),
]

/** What was delivered, renewed or broken on purpose by controllers that keep their own objects. */
export const deliveryAspects: { [K in Kind]?: Aspects<K> } = {
  Application: (before, after) => {
    const [was, is] = [syncedOf(before), syncedOf(after)]
    return was === is || is === '' ? [] : words('ROLLOUT', 'revision', was, is)
  },
  Kustomization: (before, after) => [
    ...words('ROLLOUT', 'revision', before.status.lastAppliedRevision, after.status.lastAppliedRevision),
    ...flagWords('suspended', before.spec.suspend, after.spec.suspend),
    ...conditionAspects(before, after),
  ],
  HelmRelease: (before, after) => [
    ...words('ROLLOUT', 'release', releaseOf(before), releaseOf(after)),
    ...flagWords('suspended', before.spec.suspend, after.spec.suspend),
    ...conditionAspects(before, after),
  ],
  Certificate: (before, after) => [
    ...(before.status.revision === after.status.revision || after.status.revision === undefined
      ? []
      : [
          {
            kind: 'CONFIG' as const,
            text: `issued, valid until ${after.status.notAfter ?? 'an unknown time'}`,
          },
        ]),
    ...conditionAspects(before, after),
  ],
  ChaosEngine: (before, after) => [
    ...words('LIFECYCLE', 'engine', before.status.engineStatus, after.status.engineStatus),
    ...words('LIFECYCLE', 'wanted', before.spec.engineState, after.spec.engineState),
  ],
  ...{ PodChaos: meshChaos, NetworkChaos: meshChaos, StressChaos: meshChaos },
  ...{ IOChaos: meshChaos, HTTPChaos: meshChaos, DNSChaos: meshChaos },
}

/** Of a sync that is on its way nothing is known yet. */
const syncedOf = ({ status: { operationState: state } }: ObjectOf<'Application'>): string =>
  state.phase === 'Running' ? '' : state.syncResult.revision || state.syncResult.revisions.join(' ')

const releaseOf = ({ status: { history } }: ObjectOf<'HelmRelease'>): string => {
  const [newest] = history
  return newest ? releaseWords(newest.chartVersion, newest.version, newest.status) : ''
}

const releaseWords = (chart: string, version: number | undefined, status: string): string =>
  `${chart}${version === undefined ? '' : ` (release ${version})`} ${status}`

type Conditions = { status: { conditions: readonly { type: string; status: string }[] } }
function turned(before: Conditions, after: Conditions, type: string, word: string): Aspect[] {
  const isTrue = ({ status }: Conditions): boolean =>
    status.conditions.some((one) => one.type === type && one.status === 'True')
  return !isTrue(before) && isTrue(after) ? [{ kind: 'LIFECYCLE', text: word }] : []
}
