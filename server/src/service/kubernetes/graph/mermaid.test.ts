import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { atOnce } from '../../../kernel/stepwise.ts'
import { snapshotOf } from '../snapshot.ts'
import { type DiagramKind, mermaidOf } from './mermaid.ts'

const shop = (name = 'web', namespace = 'shop') => [
  {
    kind: 'Deployment',
    metadata: { namespace, name, uid: `${namespace}-${name}` },
    spec: { replicas: 2 },
    status: { replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 },
  },
  {
    kind: 'Pod',
    metadata: {
      ...{ namespace, name: `${name}-x`, labels: { app: 'web' } },
      ownerReferences: [{ kind: 'Deployment', name, uid: `${namespace}-${name}`, controller: true }],
    },
    status: { phase: 'Running' },
  },
  { kind: 'Service', metadata: { namespace, name: 'api' }, spec: { selector: { app: 'web' } } },
  {
    kind: 'Ingress',
    metadata: { namespace, name: 'front' },
    spec: { defaultBackend: { service: { name: 'api' } } },
  },
]
const draw = (diagram: DiagramKind, objects: object[]) => atOnce(mermaidOf(snapshotOf(objects), { diagram }))

/** Every line of the four diagrams, as the grammar of Mermaid has it. */
const label = /(?:[\p{L}\p{N} _./:,…-]|#\d+;|<br\/>)*/u.source
const line = new RegExp(
  [
    'flowchart LR|sequenceDiagram|  end',
    `  subgraph g\\d+\\["${label}"\\]`,
    `  n\\d+(?:\\["${label}"\\]|\\(\\["${label}"\\]\\))`,
    `  n\\d+ -->(?:\\|"${label}"\\|)? n\\d+`,
    `  participant n\\d+ as ${label}`,
    `  n\\d+->>n\\d+: ${label}`,
  ]
    .map((one) => `(?:^(?:${one})$)`)
    .join('|'),
  'u',
)

describe('Mermaid', () => {
  test('draws the way from a route by a Service to a workload', () => {
    expect(draw('flowchart', shop()).text).toBe(`flowchart LR
  subgraph g1["shop"]
  n0["web<br/>Deployment 2/2 Available"]
  end
  n1["front<br/>Ingress"]
  n2(["api<br/>Service"])
  n1 --> n2
  n2 --> n0
`)
    expect(draw('sequence', shop()).text).toBe(`sequenceDiagram
  participant n0 as client
  participant n1 as Ingress front
  n0->>n1: request
  participant n2 as Service api
  n1->>n2: route
  participant n3 as Deployment web
  n2->>n3: one of its pods
`)
  })

  test('draws who may connect, and how many pairs between namespaces', () => {
    const policy = {
      kind: 'NetworkPolicy',
      metadata: { namespace: 'shop', name: 'p' },
      spec: { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] },
    }
    expect(draw('network', shop()).text).toContain('every pod may connect')
    expect(draw('network', [...shop(), policy]).text).toContain('n0 -->|"80/TCP"| n0')
    expect(draw('matrix', [...shop(), ...shop('pay', 'bank')]).text).toContain('-->|"1/1"|')
  })

  test('is valid whatever things are called', () => {
    const kinds: DiagramKind[] = ['flowchart', 'network', 'sequence', 'matrix']
    const name = fc.oneof(
      fc.string({ minLength: 1, unit: 'grapheme' }),
      fc.constantFrom(
        'end',
        '"]',
        '%%{init: {}}%%',
        'a\nclick b',
        '#quot;',
        '--> x',
        ';',
        '`md`',
        '<script>',
      ),
    )
    fc.assert(
      fc.property(name, name, fc.constantFrom(...kinds), (one, place, kind) => {
        const { text } = draw(kind, shop(one, place))
        for (const row of text.trimEnd().split('\n')) expect(row).toMatch(line)
      }),
      { numRuns: 300 },
    )
  })

  test('keeps within what Mermaid draws, and says so', () => {
    const many = Array.from({ length: 600 }, (_, i) => shop(`web-${i}`, `ns-${i}`)).flat()
    for (const kind of ['flowchart', 'sequence', 'matrix'] as const) {
      const { text, truncated } = draw(kind, many)
      expect(text.length).toBeLessThanOrEqual(50_000)
      expect(truncated).toBe(true)
      expect(text.split('\n').filter((row) => /-->|->>/.test(row)).length).toBeLessThanOrEqual(500)
      const opened = text.match(/subgraph/g)?.length ?? 0
      expect(text.match(/^ {2}end$/gm)?.length ?? 0).toBe(opened)
    }
  })
})
