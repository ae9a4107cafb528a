import type { EvidenceRecord } from '@aiops/contract/model/answer'
import { type Answerer, type Found, type OutputOf, planned, type Situation } from '../answerer.ts'
import { DraftWriter, rowsOf } from '../draft.ts'
import { counted, listed, momentText } from '../words.ts'
import { stepText } from './node-list.ts'
import { askUnseen, findingsOf, isUnseen, isYesNo, placeOf, podsOf, sayMissing } from './place.ts'
import { isPulling, type Pod } from './pod-list.ts'

type Finding = OutputOf<'list_findings'>['findings'][number]
type Pull = {
  /** What the pod belongs to, else the pod. */
  of: string
  image: string
  pods: Pod[]
  records: (EvidenceRecord | undefined)[]
  finding: Finding | undefined
}

/** IMAGE_PULLS: which image, why, whose. */
export const imagePulls: Answerer = {
  intent: 'IMAGE_PULLS',
  plan(situation) {
    const place = placeOf(situation)
    return [
      planned('list_pods', { ...podsOf(place), problems: true, limit: 200 }),
      planned('list_findings', {
        ...findingsOf(place),
        rule: ['pod-image-pull', 'pod-pull-secret-missing'],
      }),
      ...(place.pod || place.workload
        ? [
            planned('list_pods', { ...podsOf(place), limit: 20 }, 'any'),
            planned('list_findings', findingsOf(place), 'any'),
            // A canary or a worker of it may be what is meant.
            planned(
              'list_pods',
              { ...podsOf({ ...place, workload: '', pod: '' }), problems: true, limit: 200 },
              'near',
            ),
            planned(
              'list_findings',
              {
                ...findingsOf({ ...place, workload: '', pod: '' }),
                rule: ['pod-image-pull', 'pod-pull-secret-missing'],
              },
              'near',
            ),
          ]
        : []),
    ]
  },
  next: (situation, found) => askUnseen(found, 'list_pods', placeOf(situation)),
  compose(situation, found) {
    const writer = new DraftWriter()
    const place = placeOf(situation)
    if (isUnseen(writer, found, 'list_pods', 'pods', place)) return writer.draft
    const own = pullsOf(found)
    const pulls =
      own.length > 0
        ? own
        : pullsOf(found, 'near').filter(
            ({ of }) => of.startsWith(`${place.workload}-`) && place.workload !== '',
          )
    const [first] = pulls
    if (!first) {
      sayOther(writer, found, place.text)
      sayMissing(writer, found, 'list_pods')
      return writer.draft
    }
    const yes = isYesNo(situation) ? 'Yes: ' : ''
    writer.headline(
      pulls.length === 1
        ? `${yes}${sentenceOf(first, situation)}`
        : `${yes}${counted(pulls.length, 'image')} cannot be pulled${place.text}: ${listed(
            pulls.map(({ image, of }) => `${image} (${of})`),
            5,
          )}.`,
      pulls.flatMap(({ records }) => records).slice(0, 10),
    )
    for (const pull of pulls.length === 1 ? [] : pulls.slice(0, rowsOf(situation.persona.depth)))
      writer.say(sentenceOf(pull, situation), pull.records)
    const seen = first.finding?.evidence.find(({ kind }) => kind === 'EVENT')
    if (seen) writer.say(`The kubelet says: "${seen.text.slice(0, 400).replaceAll('"', "'")}"`, first.records)
    const cause = first.finding?.causes[0]
    if (cause)
      writer.say(
        `${cause.object.kind} ${cause.object.name}: ${cause.text}.`.replace(/\.\.$/, '.'),
        first.records,
      )
    for (const step of first.finding?.remediation.slice(0, 2) ?? [])
      writer.step(stepText(step), first.records)
    sayMissing(writer, found, 'list_pods')
    writer.suggest(`What changed on ${first.of}?`, `Show the events of ${first.of}`)
    return writer.draft
  },
}

function pullsOf(found: Found, as?: 'near'): Pull[] {
  const findings = (found.output('list_findings', as)?.findings ?? []).map((finding, i) => ({
    ...{ finding, record: found.record('list_findings', i, as) },
  }))
  const pulls = new Map<string, Pull>()
  for (const [i, pod] of (found.output('list_pods', as)?.pods ?? []).entries()) {
    if (!isPulling(pod)) continue
    const container = pod.containers.find(({ ready, state }) => !ready && state !== 'Completed')
    const image = container?.image ?? pod.containers[0]?.image ?? 'its image'
    const of = pod.owner?.name ?? pod.name
    const key = JSON.stringify([pod.cluster_id, pod.namespace, of, image])
    const pull = pulls.get(key) ?? { of, image, pods: [], records: [], finding: undefined }
    const match = findings.find(
      ({ finding }) => finding.cluster_id === pod.cluster_id && finding.object.name === pod.name,
    )
    pull.pods.push(pod)
    pull.records.push(found.record('list_pods', i, as), match?.record)
    pull.finding ??= match?.finding
    pulls.set(key, pull)
  }
  return [...pulls.values()]
}

/** `catalogue-canary in shop does not start: the image … cannot be pulled (ImagePullBackOff), since …: there is no such image or tag.` */
function sentenceOf({ of, image, pods, finding }: Pull, { nowMs }: Situation): string {
  const [pod] = pods
  const why = /cannot be pulled: (.+?)\.?$/.exec(finding?.title ?? '')?.[1]
  const since = finding?.since ?? pod?.created_at
  const state = pod?.containers.find(({ ready }) => !ready)?.state ?? pod?.status
  return `${of} in ${pod?.namespace} does not start: the image ${image} cannot be pulled${why ? `, ${why}` : ''} (${state}${pods.length > 1 ? `, ${pods.length} pods` : ''}${since ? `, since ${momentText(since, nowMs)}` : ''}).`
}

/** No image fails; what was named may not start for another reason. */
function sayOther(writer: DraftWriter, found: Found, where: string): void {
  const call = found.of('list_pods')!.call.id
  const [finding] = found.output('list_findings', 'any')?.findings ?? []
  const any = found.output('list_pods', 'any')?.pods ?? []
  if (any.length === 0 && !finding) {
    writer.headline(`No, no image pull fails${where}.`, [call, found.of('list_findings')?.call.id])
    return
  }
  writer.headline(
    `No image pull fails${where}; ${finding ? `what is wrong: ${finding.title}` : `its pods are ${listed([...new Set(any.map(({ status }) => status))])}.`}`,
    [call, finding ? found.record('list_findings', 0, 'any') : found.record('list_pods', 0, 'any')],
  )
}
