import fc from 'fast-check'
import { expect, test } from 'vitest'
import { atOnce } from '../../../kernel/stepwise.ts'
import { snapshotOf } from '../snapshot.ts'
import { networkFlows } from './network-flows.ts'

const namespace = (name: string, labels: Labels = {}) => ({ kind: 'Namespace', metadata: { name, labels } })
const pod = (place: string, name: string, labels: Labels = {}, more: object = {}, status: object = {}) => ({
  kind: 'Pod',
  metadata: { namespace: place, name, labels },
  spec: { containers: [{ name: 'main', ports: [] }], ...more },
  status: { phase: 'Running', ...status },
})
const policy = (place: string, name: string, spec: object) => ({
  kind: 'NetworkPolicy',
  metadata: { namespace: place, name },
  spec,
})

function flowsOf(objects: readonly object[]) {
  const { flows, ...rest } = atOnce(networkFlows(snapshotOf(objects), { limit: 10_000 }))
  const find = (source: string, target: string) =>
    flows.find((one) => one.source.name === source && one.target.name === target)
  return { find, flows, ...rest }
}

/* The oracle reads the raw policies pod by pod, port by port. */
type Labels = Record<string, string>
type Sel = { matchLabels?: Labels; matchExpressions?: { key: string; operator: string; values?: string[] }[] }
type Peer = { podSelector?: Sel; namespaceSelector?: Sel; ipBlock?: { cidr: string; except?: string[] } }
type Port = { protocol?: string; port?: number | string; endPort?: number }
type Rule = { peers?: Peer[]; ports?: Port[] }
type Policy = { ns: string; selector: Sel; types?: string[]; ingress?: Rule[]; egress?: Rule[] }
type Place = { ns: string; name: string; labels: Labels; ip: number; host: boolean; web: number }

const nsLabels: Record<string, Labels> = { a: { team: 'x' }, b: { team: 'y' }, c: {} }
const protocols = ['TCP', 'UDP']
const probes = protocols.flatMap((protocol) => [79, 80, 81, 82, 90, 443].map((port) => ({ protocol, port })))

function naive(
  policies: Policy[],
  from: Place,
  to: Place,
  probe: { protocol: string; port: number },
): boolean {
  const direction = (self: Place, other: Place, which: 'Ingress' | 'Egress'): boolean => {
    if (self.host) return true
    const mine = policies.filter(
      (one) =>
        one.ns === self.ns &&
        matches(one.selector, self.labels) &&
        (one.types ?? (one.egress?.length ? ['Ingress', 'Egress'] : ['Ingress'])).includes(which),
    )
    if (mine.length === 0) return true
    return mine.some((one) =>
      ((which === 'Ingress' ? one.ingress : one.egress) ?? []).some(
        (rule) => peerOk(rule.peers, one.ns, other) && portOk(rule.ports, to, probe),
      ),
    )
  }
  return direction(from, to, 'Egress') && direction(to, from, 'Ingress')
}
function matches(sel: Sel, labels: Labels): boolean {
  for (const [k, v] of Object.entries(sel.matchLabels ?? {})) if (labels[k] !== v) return false
  for (const { key, operator, values = [] } of sel.matchExpressions ?? []) {
    const has = key in labels
    const within = has && values.includes(labels[key] as string)
    const ok = { In: within, NotIn: !within, Exists: has, DoesNotExist: !has }[operator]
    if (!ok) return false
  }
  return true
}
function peerOk(peers: Peer[] | undefined, ns: string, other: Place): boolean {
  if (!peers?.length) return true
  return peers.some((peer) => {
    if (peer.ipBlock) {
      const within = (cidr: string) => {
        const [base = '', bits = ''] = cidr.split('/')
        const size = 2 ** (32 - Number(bits))
        const low = Number(base.split('.')[3])
        return other.ip >= low && other.ip < low + size
      }
      return within(peer.ipBlock.cidr) && !(peer.ipBlock.except ?? []).some(within)
    }
    if (other.host) return false
    const nsOk = peer.namespaceSelector
      ? matches(peer.namespaceSelector, { ...nsLabels[other.ns], 'kubernetes.io/metadata.name': other.ns })
      : other.ns === ns
    return nsOk && (!peer.podSelector || matches(peer.podSelector, other.labels))
  })
}
function portOk(ports: Port[] | undefined, to: Place, probe: { protocol: string; port: number }): boolean {
  if (!ports?.length) return true
  return ports.some(({ protocol = 'TCP', port, endPort }) => {
    if (protocol !== probe.protocol) return false
    if (port === undefined) return true
    if (typeof port === 'string') return protocol === 'TCP' && port === 'web' && probe.port === to.web
    return probe.port >= port && probe.port <= (endPort ?? port)
  })
}

const some = <T>(arb: fc.Arbitrary<T>) => fc.option(arb, { nil: undefined })
const labelsArb = fc.record(
  { app: fc.constantFrom('w', 'd'), tier: fc.constantFrom('1', '2') },
  { requiredKeys: [] },
) as fc.Arbitrary<Labels>
const expression = fc.record({
  key: fc.constantFrom('app', 'tier', 'team'),
  operator: fc.constantFrom('In', 'NotIn', 'Exists', 'DoesNotExist'),
  values: fc.subarray(['w', 'd', '1', 'x']),
})
const selArb: fc.Arbitrary<Sel> = fc.record(
  { matchLabels: labelsArb, matchExpressions: fc.array(expression, { maxLength: 2 }) },
  { requiredKeys: [] },
)
const nsSelArb: fc.Arbitrary<Sel> = fc.oneof(
  fc.constant({}),
  fc.record({ matchLabels: fc.constantFrom<Labels>({ team: 'x' }, { 'kubernetes.io/metadata.name': 'c' }) }),
  fc.record({ matchExpressions: fc.array(expression, { maxLength: 1 }) }),
)
const peerArb: fc.Arbitrary<Peer> = fc.oneof(
  fc.record({ podSelector: selArb }),
  fc.record({ namespaceSelector: nsSelArb }),
  fc.record({ podSelector: selArb, namespaceSelector: nsSelArb }),
  fc.record({
    ipBlock: fc.constantFrom<NonNullable<Peer['ipBlock']>>(
      { cidr: '10.0.0.0/29' },
      { cidr: '10.0.0.0/28', except: ['10.0.0.4/30'] },
      { cidr: '10.0.0.0/24' },
    ),
  }),
)
const portArb: fc.Arbitrary<Port> = fc.oneof(
  fc.record({ protocol: fc.constantFrom(...protocols) }),
  fc.record({ port: fc.constantFrom(80, 81, 443) }),
  fc.record({
    protocol: fc.constantFrom(...protocols),
    port: fc.constant(80),
    endPort: fc.constantFrom(81, 90),
  }),
  fc.constant({ port: 'web' }),
)
const clean = <T extends object>(value: T): T => JSON.parse(JSON.stringify(value)) as T
const ruleArb: fc.Arbitrary<Rule> = fc
  .record({
    peers: some(fc.array(peerArb, { maxLength: 3 })),
    ports: some(fc.array(portArb, { maxLength: 2 })),
  })
  .map(clean) as fc.Arbitrary<Rule>
const policyArb: fc.Arbitrary<Policy> = fc
  .record({
    ns: fc.constantFrom('a', 'b'),
    selector: selArb,
    types: some(fc.constantFrom(['Ingress'], ['Egress'], ['Ingress', 'Egress'])),
    ingress: some(fc.array(ruleArb, { maxLength: 2 })),
    egress: some(fc.array(ruleArb, { maxLength: 2 })),
  })
  .map(clean) as fc.Arbitrary<Policy>
const placeArb = fc.record({
  ns: fc.constantFrom('a', 'b', 'c'),
  labels: labelsArb,
  ip: fc.integer({ min: 0, max: 20 }),
  host: fc.boolean().map((one) => one),
  web: fc.constantFrom(80, 82),
})

const ruleText = (key: 'from' | 'to', rules: Rule[] | undefined) =>
  rules && { rules: rules.map(({ peers, ports }) => clean({ [key]: peers, ports })) }

test('flows are what a look at each pair of pods and each port says', () => {
  fc.assert(
    fc.property(
      fc.array(placeArb, { minLength: 2, maxLength: 6 }),
      fc.array(policyArb, { maxLength: 5 }),
      (places, policies) => {
        const all = places.map((one, i): Place => ({ ...one, host: one.host && i === 0, name: `p${i}` }))
        const { find } = flowsOf([
          ...Object.entries(nsLabels).map(([name, labels]) => namespace(name, labels)),
          ...all.map(({ ns, name, labels, ip, host, web }) =>
            pod(
              ns,
              name,
              labels,
              {
                hostNetwork: host,
                containers: [{ name: 'm', ports: [{ name: 'web', containerPort: web }] }],
              },
              { podIP: `10.0.0.${ip}` },
            ),
          ),
          ...policies.map(({ ns, selector, types, ingress, egress }, i) =>
            policy(ns, `n${i}`, {
              ...{ podSelector: selector, policyTypes: types },
              ingress: ruleText('from', ingress)?.rules,
              egress: ruleText('to', egress)?.rules,
            }),
          ),
        ])
        for (const from of all)
          for (const to of all) {
            const flow = find(from.name, to.name)
            for (const probe of probes) {
              const isOpen = flow?.allowed === true && isWithin(flow.ports, probe)
              expect(isOpen, `${from.name} to ${to.name} ${probe.port}/${probe.protocol}`).toBe(
                naive(policies, from, to, probe),
              )
            }
          }
      },
    ),
    { numRuns: 600 },
  )
})

function isWithin(ports: string[], probe: { protocol: string; port: number }): boolean {
  if (ports.length === 0) return true
  return ports.some((text) => {
    const [numbers = '', protocol] = text.split('/')
    const [from, to = from] = numbers === 'any' ? ['1', '65535'] : numbers.split('-')
    return protocol === probe.protocol && probe.port >= Number(from) && probe.port <= Number(to)
  })
}
