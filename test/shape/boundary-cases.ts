/** A miniature of the house: files that keep the rules of .dependency-cruiser.mjs, and one that breaks each. */
export type Plant = { path: string; text: string }

/** Stubs: what they export does not matter, only where they lie. */
export const vendorPackages = [
  '@grpc/grpc-js',
  '@marcbachmann/cel-js',
  '@platformatic/kafka',
  ...['@ai-sdk/anthropic', '@ai-sdk/google', '@ai-sdk/openai', '@ai-sdk/openai-compatible'],
  ...['@modelcontextprotocol/client', '@modelcontextprotocol/server', 'pdfkit', 'dejavu-fonts-ttf', 'croner'],
  'aws4fetch',
  're2js',
  ...[
    '@fastify/static',
    '@fastify/swagger',
    '@fastify/swagger-ui',
    'commander',
    'fastify',
    'kysely',
    'pino',
    'pg',
  ],
  ...['prom-client', 'snappy', 'ws', 'yaml', 'zod', 'vitest', 'react', 'left-pad'],
]

const file = (path: string, ...imports: string[]): Plant => ({
  path,
  text: `${imports.map((from) => (from.startsWith('import ') ? from : `import '${from}'`)).join('\n')}\nexport const name = 1\n`,
})

export const sound: readonly Plant[] = [
  file('contract/src/error.ts', 'zod'),
  file('contract/src/model/alert.ts', 'zod', '../error.ts'),
  file('contract/src/model/alert.test.ts', 'vitest', 'node:fs', './alert.ts'),
  file('server/src/kernel/fault.ts', '@aiops/contract/error', 'pino', 'prom-client'),
  file('server/src/port/store.ts', '../kernel/fault.ts', '@aiops/contract/model/alert'),
  file('server/src/port/store.suite.ts', 'vitest', 'node:fs', './store.ts'),
  file('server/src/pipeline/pipeline.ts', '../port/store.ts', '@aiops/contract/model/alert'),
  file('server/src/pipeline/pipeline.test.ts', 'vitest', './pipeline.ts'),
  file('server/src/pipeline/ingest/index.ts', './decode.ts'),
  file(
    'server/src/pipeline/ingest/decode.ts',
    'snappy',
    'node:zlib',
    "import type { name } from './index.ts'",
  ),
  file('server/src/pipeline/detect/index.ts', '../../port/store.ts', '../../kernel/fault.ts'),
  file('server/src/pipeline/detect/worker.ts', 'node:worker_threads', './index.ts'),
  file('server/src/pipeline/explain/index.ts', "import type { name } from '../../service/fleet/index.ts'"),
  file(
    'server/src/pipeline/explain/explain.test.ts',
    'vitest',
    './index.ts',
    '../../adapter/memory/store.ts',
    'node:fs',
  ),
  file('server/src/service/fleet/index.ts', './fleet.ts'),
  file('server/src/service/fleet/fleet.ts', '../../port/store.ts', '@aiops/contract/model/alert'),
  file('server/src/service/cost/index.ts', '../../kernel/fault.ts'),
  file(
    'server/src/edge/gateway/index.ts',
    'fastify',
    'node:http',
    '../../service/fleet/index.ts',
    '../../pipeline/ingest/index.ts',
    '../../pipeline/pipeline.ts',
  ),
  file('server/src/edge/cli/index.ts', 'commander', '../../kernel/fault.ts'),
  file('server/src/edge/live/index.ts', 'ws', '../../port/store.ts'),
  file('server/src/adapter/memory/store.ts', '../../port/store.ts'),
  file('server/src/adapter/memory/store.test.ts', './store.ts', '../../port/store.suite.ts'),
  file('server/src/adapter/kysely/store.ts', 'kysely', 'node:fs', 'node:sqlite', '../../port/store.ts'),
  file(
    'server/src/app/modules.ts',
    'yaml',
    '../edge/gateway/index.ts',
    '../adapter/kysely/store.ts',
    '../service/cost/index.ts',
  ),
  file('server/src/main.ts', './app/modules.ts', 'node:child_process'),
  file('web/src/main.tsx', 'react', '@aiops/contract/model/alert', './shell/page.tsx'),
  file('web/src/shell/page.tsx', 'react'),
  file('example/shop/front.ts', './store.ts', 'node:http'),
  file('example/shop/store.ts', 'node:http'),
  file('test/journey/loop.test.ts', 'vitest', '../../server/src/app/modules.ts'),
  file('bench/ingest.ts', '../server/src/app/modules.ts'),
]

const breaks = (rule: string, path: string, ...imports: string[]) => ({ rule, ...file(path, ...imports) })

export const planted: readonly (Plant & { rule: string })[] = [
  breaks('kernel-imports-nothing-of-ours', 'server/src/kernel/a.ts', '../port/store.ts'),
  breaks('kernel-imports-nothing-of-ours', 'server/src/kernel/b.ts', '@aiops/contract/model/alert'),
  breaks('contract-imports-only-zod', 'contract/src/model/a.ts', '../../../server/src/kernel/fault.ts'),
  breaks('contract-imports-only-zod', 'contract/src/model/b.ts', 'left-pad'),
  breaks('contract-imports-only-zod', 'contract/src/model/c.ts', 'node:fs'),
  breaks('port-imports-contract-and-kernel', 'server/src/port/a.ts', '../adapter/memory/store.ts'),
  breaks('port-imports-contract-and-kernel', 'server/src/port/b.ts', '../service/fleet/index.ts'),
  breaks('flow-table-imports-doors', 'server/src/pipeline/a.ts', './ingest/decode.ts'),
  breaks('stage-never-another-stage', 'server/src/pipeline/detect/a.ts', '../ingest/index.ts'),
  breaks(
    'stage-never-another-stage',
    'server/src/pipeline/detect/b.ts',
    "import type { name } from '../ingest/index.ts'",
  ),
  breaks('stage-never-another-stage', 'server/src/pipeline/detect/c.ts', '../pipeline.ts'),
  breaks('stage-imports-below', 'server/src/pipeline/detect/d.ts', '../../adapter/memory/store.ts'),
  breaks('stage-imports-below', 'server/src/pipeline/detect/e.ts', '../../edge/live/index.ts'),
  breaks(
    'stage-imports-below',
    'server/src/pipeline/explain/f.ts',
    "import type { name } from '../../service/fleet/fleet.ts'",
  ),
  breaks('stage-knows-services-by-type', 'server/src/pipeline/explain/a.ts', '../../service/fleet/index.ts'),
  breaks(
    'service-never-another-service',
    'server/src/service/cost/a.ts',
    "import type { name } from '../fleet/index.ts'",
  ),
  breaks('service-imports-below', 'server/src/service/cost/b.ts', '../../pipeline/ingest/index.ts'),
  breaks('service-imports-below', 'server/src/service/cost/c.ts', '../../edge/live/index.ts'),
  breaks('service-imports-below', 'server/src/service/cost/d.ts', '../../adapter/memory/store.ts'),
  breaks('edge-never-another-edge', 'server/src/edge/gateway/a.ts', '../live/index.ts'),
  breaks('edge-imports-below-through-doors', 'server/src/edge/gateway/b.ts', '../../service/fleet/fleet.ts'),
  breaks(
    'edge-imports-below-through-doors',
    'server/src/edge/gateway/c.ts',
    '../../pipeline/ingest/decode.ts',
  ),
  breaks('edge-imports-below-through-doors', 'server/src/edge/gateway/d.ts', '../../adapter/kysely/store.ts'),
  breaks('adapter-never-another-adapter', 'server/src/adapter/memory/a.ts', '../kysely/store.ts'),
  breaks('adapter-imports-below', 'server/src/adapter/memory/b.ts', '../../service/fleet/index.ts'),
  breaks('app-is-imported-by-main-and-tests', 'server/src/edge/live/a.ts', '../../app/modules.ts'),
  breaks('main-is-imported-by-nothing', 'server/src/app/a.ts', '../main.ts'),
  breaks('web-imports-contract', 'web/src/incident/a.tsx', '../../../server/src/kernel/fault.ts'),
  breaks('example-stands-alone', 'example/shop/a.ts', '../../server/src/kernel/fault.ts'),
  breaks('test-stays-in-its-folder', 'server/src/pipeline/detect/a.test.ts', '../ingest/decode.ts'),
  breaks('product-never-imports-test', 'server/src/service/fleet/a.ts', '../../port/store.suite.ts'),
  breaks(
    'product-never-imports-test',
    'server/src/service/fleet/b.ts',
    '../../../../test/journey/loop.test.ts',
  ),
  breaks('vendor-has-a-home', 'server/src/adapter/memory/c.ts', 'left-pad'),
  ...vendorHomeCases(),
  breaks('test-package-in-product', 'server/src/service/fleet/c.ts', 'vitest'),
  breaks('web-package-is-declared', 'web/src/incident/b.tsx', 'fastify'),
  breaks('io-at-the-rim', 'server/src/pipeline/detect/g.ts', 'node:fs'),
  breaks('io-at-the-rim', 'server/src/pipeline/detect/h.ts', 'node:fs/promises'),
  breaks('io-at-the-rim', 'server/src/service/fleet/d.ts', 'http'),
  breaks('io-at-the-rim', 'server/src/service/fleet/e.ts', 'node:child_process'),
  breaks('io-at-the-rim', 'server/src/port/c.ts', 'node:sqlite'),
  breaks('io-at-the-rim', 'server/src/kernel/c.ts', "import type { Socket } from 'node:net'"),
  breaks('threads-at-the-rim', 'server/src/pipeline/detect/i.ts', 'node:worker_threads'),
  breaks('threads-at-the-rim', 'server/src/pipeline/ingest/worker.ts', 'node:worker_threads'),
  breaks('web-runs-in-a-browser', 'web/src/incident/c.tsx', 'node:path'),
  breaks('no-cycle', 'server/src/service/cost/e.ts', './f.ts'),
  breaks('no-cycle', 'server/src/service/cost/f.ts', './e.ts'),
  breaks(
    'no-cycle-of-types-but-through-the-door',
    'server/src/service/cost/g.ts',
    "import type { name } from './h.ts'",
  ),
  breaks('no-cycle-of-types-but-through-the-door', 'server/src/service/cost/h.ts', './g.ts'),
  breaks('no-unresolved-import', 'server/src/service/cost/i.ts', './nowhere.ts'),
  breaks('no-orphan', 'server/src/service/cost/j.ts'),
  breaks('name-that-says-nothing', 'server/src/service/cost/utils.ts', './index.ts'),
  breaks('name-that-says-nothing', 'web/src/shared/button.tsx', 'react'),
  breaks('name-that-says-nothing', 'server/src/kernel/types.ts', './fault.ts'),
  // A module whose name is wrong is seen where it is imported; name.test.ts walks the files themselves.
  breaks('name-that-says-nothing', 'server/src/service/cost/k.ts', './utils.ts'),
  breaks('name-that-says-nothing', 'web/src/incident/d.tsx', '../shared/button.tsx'),
  breaks('name-that-says-nothing', 'server/src/service/cost/l.ts', '../../kernel/types.ts'),
]

/** Each vendor, imported from a folder that is not its home. */
function vendorHomeCases() {
  const elsewhere = vendorPackages.filter((name) => !['zod', 'vitest', 'react', 'left-pad'].includes(name))
  return [
    ...elsewhere.map((name, index) =>
      breaks(
        `home-of-${name.replace('@', '').replace('/', '-')}`,
        `server/src/adapter/memory/vendor-${index}.ts`,
        name,
      ),
    ),
  ]
}
