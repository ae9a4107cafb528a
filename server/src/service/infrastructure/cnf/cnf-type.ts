import type { CnfType } from '@aiops/contract/model/cluster'
import type { Labels } from '@aiops/contract/model/label'
import type { Reading } from '../index.ts'
import { dpdkCounterOf, pmCounterOf } from './names.ts'
import { byName, keyOf, labelOf, viewMax } from './series.ts'

/** What a network function is taken for, and by what. */
export type Recognition = { type: CnfType; by: string }

type Traits = { namespace: string; name: string; labels: Labels; images: readonly string[] }

/** Labels that name the network function itself; those further down name an application, which may be anything. */
const functionLabels = ['nf-type', 'nftype', 'nf_type', 'cnf-type', 'cnf_type', '5gc-nf', 'networkfunction']
const nameLabels = [
  'app.kubernetes.io/component',
  'app.kubernetes.io/name',
  'component',
  'app',
  'k8s-app',
  'name',
  'nf',
]

/** Words as they stand between separators: `open5gs-smfd` says SMF, `smfony` and `amfora` do not. */
const words: Readonly<Record<string, CnfType>> = {
  ...{ vdu: 'VDU', odu: 'VDU', oduhigh: 'VDU', odulow: 'VDU', gnbdu: 'VDU', cnfdu: 'VDU' },
  ...{ vcu: 'VCU', ocu: 'VCU', vcucp: 'VCU', vcuup: 'VCU', cucp: 'VCU', cuup: 'VCU', gnbcu: 'VCU' },
  ...{ upf: 'UPF', upfd: 'UPF', amf: 'AMF', amfd: 'AMF', smf: 'SMF', smfd: 'SMF' },
  ...{ nrf: 'OTHER', nrfd: 'OTHER', ausf: 'OTHER', ausfd: 'OTHER', udm: 'OTHER', udmd: 'OTHER' },
  ...{ udr: 'OTHER', udrd: 'OTHER', pcf: 'OTHER', pcfd: 'OTHER', nssf: 'OTHER', nssfd: 'OTHER' },
  ...{ gnb: 'OTHER', gnodeb: 'OTHER', n3iwf: 'OTHER' },
}
/** Two letters are a network function only where something else says that this is a radio or a core: many things are called `du` or `cu`. */
const shortWords: Readonly<Record<string, CnfType>> = { du: 'VDU', cu: 'VCU' }

const namespaces: readonly { pattern: RegExp; type: CnfType }[] = [
  { pattern: /^v?du-/, type: 'VDU' },
  { pattern: /^v?cu-/, type: 'VCU' },
  { pattern: /^upf-/, type: 'UPF' },
  { pattern: /^amf-/, type: 'AMF' },
  { pattern: /^smf-/, type: 'SMF' },
]
/** What lives beside a function in its namespace, and is none. */
const beside =
  /(^|[-_])(tools?|debug|test|tester|exporter|metrics|prometheus|grafana|dashboard|ui|webui|web|docs?|operator|mongo(db)?|mysql|mariadb|postgres(ql)?|redis|etcd|kafka|nginx|busybox|toolbox|logger|fluent(d|bit)|sidecar|backup|populate|init|job|simulator|ueransim|ue|loadgen)([-_]|$)/

/** What a workload is by its labels, images and namespace, surest first; metrics that its pods expose are asked by `recogniseByMetric`. */
export function recognise(traits: Traits): Recognition | undefined {
  for (const label of functionLabels) {
    const value = traits.labels[label]
    const type = value && typeOfWords(value, () => true)
    if (type) return { type, by: `label ${label}=${value}` }
  }
  if (beside.test(traits.name.toLowerCase())) return undefined
  const telco = () => isTelco(traits)
  for (const label of nameLabels) {
    const value = traits.labels[label]
    if (!value || beside.test(value.toLowerCase())) continue
    const type = typeOfWords(value, telco)
    if (type) return { type, by: `label ${label}=${value}` }
  }
  for (const image of traits.images) {
    const type = typeOfWords(repositoryOf(image), telco)
    if (type) return { type, by: `image ${image}` }
  }
  return recogniseByNamespace(traits.namespace, traits.name)
}

/**
 * By the namespace alone: `du-*`, `cu-*`, `upf-*` and their like, unless what it is called says that it is something else. A namespace
 * such as `cu-tools` is for tools.
 */
export function recogniseByNamespace(namespace: string, name: string): Recognition | undefined {
  if (beside.test(namespace) || beside.test(name.toLowerCase())) return undefined
  const found = namespaces.find(({ pattern }) => pattern.test(namespace))
  return found && { type: found.type, by: `namespace ${namespace}` }
}

/** The last part of an image's path, without its tag: a registry or project called `smf` says nothing of what lies in it. */
const repositoryOf = (image: string): string =>
  (image.split('@')[0] ?? '')
    .split('/')
    .at(-1)
    ?.replace(/:[^:]*$/, '') ?? ''

function typeOfWords(text: string, telco: () => boolean): CnfType | undefined {
  const lower = text.toLowerCase()
  const list = lower.split(/[^a-z0-9]+/).map((word) => word.replace(/\d+$/, ''))
  // `cu-cp`, `o-du`, `gnb-du`: parts of one name.
  const joined = list.map((word, index) => word + (list[index + 1] ?? ''))
  for (const word of [...joined, ...list]) if (Object.hasOwn(words, word)) return words[word]
  const short = list.find((word) => Object.hasOwn(shortWords, word))
  return short !== undefined && telco() ? shortWords[short] : undefined
}

const telcoWord =
  /(^|[^a-z0-9])(v?ran|o-?ran|oran|gnb|gnodeb|5g|5gc|nr|flexran|srsran|oai|l1|l2|fronthaul)([^a-z0-9]|$)/

/** Whether anything about it speaks of radio or core. */
function isTelco({ namespace, name, labels, images }: Traits): boolean {
  if (/^v?[dc]u-/.test(namespace) && !beside.test(namespace)) return true
  return [namespace, name, ...Object.values(labels), ...images].some((text) =>
    telcoWord.test(text.slice(0, 256).toLowerCase()),
  )
}

/** Functions that metrics are of; a metric that two functions have says nothing. */
export function typeOfMetric(name: string): CnfType | undefined {
  if (name.startsWith('fivegs_amffunction_')) return 'AMF'
  if (name.startsWith('fivegs_smffunction_')) return 'SMF'
  if (name.startsWith('fivegs_upffunction_') || name.startsWith('fivegs_ep_n3_gtp_')) return 'UPF'
  if (name.startsWith('fivegs_pcffunction_')) return 'OTHER'
  const counter = pmCounterOf(name)
  if (counter?.startsWith('fronthaul_')) return 'VDU'
  if (counter?.startsWith('rrc_')) return 'VCU'
  if (counter?.startsWith('prb_')) return 'VDU'
  return undefined
}

/** Pods by what they expose: `namespace/pod` to a recognition. DPDK alone makes a function of some sort, where it is in a pod. */
export function recognitionsByMetric(reading: Reading): Map<string, Recognition> {
  const found = new Map<string, Recognition>()
  const take = (labels: Readonly<Labels>, recognition: Recognition) => {
    const [namespace, pod] = [labelOf(labels, 'namespace'), labelOf(labels, 'pod')]
    if (!namespace || !pod || found.size >= viewMax) return
    const key = keyOf(namespace, pod)
    if (!found.has(key)) found.set(key, recognition)
  }
  for (const [name, samples] of byName(reading)) {
    const type = typeOfMetric(name)
    if (type) for (const { labels } of samples) take(labels, { type, by: `metric ${name}` })
  }
  for (const [name, samples] of byName(reading))
    if (name.startsWith('dpdk_') && dpdkCounterOf(name, false))
      for (const { labels } of samples) take(labels, { type: 'OTHER', by: `metric ${name}` })
  return found
}
