// Who may import whom: DESIGN §3 as rules. `npm run boundaries` checks them, and test/shape/boundaries.test.ts
// plants a violation of each one and sees it caught, because dependency-cruiser reads nothing, and still passes,
// where its parser does not fit the TypeScript in use (hence `parser: 'swc'` below).
import { readFileSync } from 'node:fs'

/**
 * The one home of each vendor package of the server: swapping a vendor means opening that folder and no other.
 * `yaml` is a format we speak rather than a system we talk to, so it has more homes than one; zod is our language
 * for shapes and is at home everywhere.
 */
export const vendorHomes = {
  '@ai-sdk/anthropic': ['server/src/adapter/ai-sdk/'],
  '@ai-sdk/google': ['server/src/adapter/ai-sdk/'],
  '@ai-sdk/openai': ['server/src/adapter/ai-sdk/'],
  '@ai-sdk/openai-compatible': ['server/src/adapter/ai-sdk/'],
  '@grpc/grpc-js': ['server/src/edge/collector/'],
  '@modelcontextprotocol/client': ['server/src/adapter/mcp/', 'server/src/edge/cli/'],
  '@modelcontextprotocol/server': ['server/src/edge/mcp/', 'server/src/edge/cli/'],
  '@marcbachmann/cel-js': ['server/src/service/gitops/policy/', 'server/src/pipeline/correlate/rule/'],
  '@platformatic/kafka': ['server/src/adapter/kafka/'],
  pdfkit: ['server/src/adapter/pdf/'],
  'dejavu-fonts-ttf': ['server/src/adapter/pdf/'],
  croner: ['server/src/service/intelligence/report/'],
  aws4fetch: ['server/src/adapter/s3/', 'server/src/adapter/http/'],
  re2js: [
    'server/src/kernel/',
    'server/src/pipeline/ingest/',
    'server/src/pipeline/correlate/rule/',
    'server/src/service/telemetry/',
  ],
  '@fastify/static': ['server/src/edge/gateway/'],
  '@fastify/swagger': ['server/src/edge/gateway/'],
  '@fastify/swagger-ui': ['server/src/edge/gateway/'],
  commander: ['server/src/edge/cli/'],
  fastify: ['server/src/edge/gateway/'],
  kysely: ['server/src/adapter/kysely/', 'server/src/adapter/postgres/'],
  pg: ['server/src/adapter/postgres/'],
  pino: ['server/src/kernel/'],
  'prom-client': ['server/src/kernel/'],
  snappy: ['server/src/pipeline/ingest/', 'server/src/edge/prometheus/', 'server/src/edge/loki/'],
  ws: [
    'server/src/edge/live/',
    'server/src/edge/loki/',
    'server/src/edge/chat/',
    'server/src/edge/swen/',
    'server/src/adapter/http/',
  ],
  yaml: [
    'server/src/app/',
    'server/src/pipeline/act/',
    'server/src/pipeline/correlate/rule/',
    'server/src/pipeline/ingest/',
    'server/src/service/telemetry/',
    'server/src/service/fleet/',
    'server/src/service/gitops/policy/',
    'server/src/service/cost/price/',
    'server/src/service/slo/document/',
    'server/src/service/knowledge/backstage/',
    'server/src/service/library/document/',
    'server/src/edge/cli/',
  ],
}

/** Packages that exist for tests, the example system and tools: product code never loads them. */
const testPackages = [
  'vitest',
  'fast-check',
  'playwright-core',
  'axe-core',
  'protobufjs',
  'dependency-cruiser',
  '@swc/core',
]

const any = (list) => `(${list.join('|')})`
const packagePath = (name) => `(^|/)node_modules/${name.replace('/', '\\/')}/`
const dependenciesOf = (manifest) =>
  Object.keys(JSON.parse(readFileSync(new URL(manifest, import.meta.url), 'utf8')).dependencies)

const contract = '^contract/src/'
const kernel = '^server/src/kernel/'
const port = '^server/src/port/'
const fixture = '^test/'
const ours = '^(contract/src|server/(src|bin)|web/src|test|bench|example|script)/'
const test = '[.]test[.]tsx?$'
const suite = '[.]suite[.]ts$'
const flowTable = '^server/src/pipeline/pipeline[.]ts$'
const stageDoor = '^server/src/pipeline/[^/]+/index[.]ts$'
const serviceDoor = '^server/src/service/[^/]+/index[.]ts$'
const npm = 'node_modules/'
/** How tests are recognised, wherever they lie. */
const testing = [test, suite, '^test/', '^vitest[.]config[.]ts$']
const node = (modules) => `^(node:)?${any(modules)}(/promises)?$`

const error = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to })

const layers = [
  error(
    'kernel-imports-nothing-of-ours',
    'The kernel is what everything stands on. The one exception is the registry of error codes, which lives in the contract because clients read it too.',
    { path: kernel, pathNot: test },
    { path: ours, pathNot: [kernel, '^contract/src/error[.]ts$'] },
  ),
  error(
    'contract-imports-only-zod',
    'The contract is the SDK and runs in a browser too.',
    { path: contract, pathNot: test },
    { pathNot: [contract, packagePath('zod')] },
  ),
  error(
    'port-imports-contract-and-kernel',
    'A port says what is needed, never how it is done.',
    { path: port, pathNot: test },
    { path: ours, pathNot: [contract, kernel, port] },
  ),
  error(
    'flow-table-imports-doors',
    'pipeline.ts is a value that names the stages; it runs none of them.',
    { path: '^server/src/pipeline/[^/]+$', pathNot: test },
    { path: ours, pathNot: [contract, kernel, port, '^server/src/pipeline/[^/]+$', stageDoor] },
  ),
  error(
    'stage-never-another-stage',
    'Stages meet by events on the bus, in the order of pipeline.ts.',
    { path: '^server/src/pipeline/([^/]+)/', pathNot: test },
    { path: '^server/src/pipeline/', pathNot: '^server/src/pipeline/$1/' },
  ),
  error(
    'stage-imports-below',
    'A stage stands on contract, kernel and ports, and is handed its services.',
    { path: '^server/src/pipeline/[^/]+/', pathNot: test },
    { path: ours, pathNot: [contract, kernel, port, '^server/src/pipeline/', serviceDoor] },
  ),
  error(
    'stage-knows-services-by-type',
    'A stage is handed its services; it never creates one.',
    { path: '^server/src/pipeline/', pathNot: test },
    { path: serviceDoor, dependencyTypesNot: ['type-only'] },
  ),
  error(
    'service-never-another-service',
    'Services meet on the bus or through the contract.',
    { path: '^server/src/service/([^/]+)/', pathNot: test },
    { path: '^server/src/service/', pathNot: '^server/src/service/$1/' },
  ),
  error(
    'service-imports-below',
    'A service stands on contract, kernel and ports, never on a stage or an edge.',
    { path: '^server/src/service/', pathNot: test },
    { path: ours, pathNot: [contract, kernel, port, '^server/src/service/'] },
  ),
  error(
    'edge-never-another-edge',
    'An edge is one way for the world to enter.',
    { path: '^server/src/edge/([^/]+)/', pathNot: test },
    { path: '^server/src/edge/', pathNot: '^server/src/edge/$1/' },
  ),
  error(
    'edge-imports-below-through-doors',
    'An edge reaches services and stages through their index.ts, and may show the flow table.',
    { path: '^server/src/edge/', pathNot: test },
    { path: ours, pathNot: [contract, kernel, port, '^server/src/edge/', serviceDoor, stageDoor, flowTable] },
  ),
  error(
    'adapter-never-another-adapter',
    'One folder a technology.',
    { path: '^server/src/adapter/([^/]+)/', pathNot: test },
    { path: '^server/src/adapter/', pathNot: '^server/src/adapter/$1/' },
  ),
  error(
    'adapter-imports-below',
    'An adapter fulfils a port.',
    { path: '^server/src/adapter/', pathNot: test },
    { path: ours, pathNot: [contract, kernel, port, '^server/src/adapter/'] },
  ),
  error(
    'app-is-imported-by-main-and-tests',
    'The composition root is where everything meets, so nothing below may lean on it.',
    { pathNot: ['^server/src/app/', '^server/src/main[.]ts$', '^bench/', ...testing] },
    { path: '^server/src/app/' },
  ),
  error(
    'main-is-imported-by-nothing',
    'main.ts ends in process.exit.',
    { pathNot: testing },
    { path: '^server/src/main[.]ts$' },
  ),
  error(
    'web-imports-contract',
    'The web app knows the server by its contract alone.',
    { path: '^web/src/', pathNot: test },
    { path: ours, pathNot: ['^web/src/', contract] },
  ),
  error(
    'example-stands-alone',
    'The shop is a system under observation: what the platform knows of it, it knows from telemetry.',
    { path: '^example/', pathNot: test },
    { path: ours, pathNot: '^example/' },
  ),
  error(
    'test-stays-in-its-folder',
    'A unit test knows its own folder, what that stands on, and adapters to run it with; a wider one is a journey.',
    { path: '^(server/src/(?:pipeline|service|edge|adapter)/[^/]+)/.*[.]test[.]ts$' },
    {
      path: ours,
      pathNot: [
        '^$1/',
        stageDoor,
        contract,
        kernel,
        port,
        fixture,
        serviceDoor,
        '^server/src/(app|adapter)/',
        flowTable,
      ],
    },
  ),
  error(
    'product-never-imports-test',
    'Tests may change without a thought for the product.',
    { pathNot: [...testing, '^bench/'] },
    { path: [test, suite, '^test/', '^bench/'] },
  ),
]

const vendors = [
  ...Object.entries(vendorHomes).map(([name, homes]) =>
    error(
      `home-of-${name.replace('@', '').replace('/', '-')}`,
      `${name} is imported from ${homes.join(' and ')} only.`,
      { path: '^server/src/', pathNot: [...homes.map((home) => `^${home}`), test, suite] },
      { path: packagePath(name) },
    ),
  ),
  error(
    'vendor-has-a-home',
    'A new package of the server gets a row in vendorHomes above.',
    { path: '^server/src/', pathNot: [test, suite] },
    { path: npm, pathNot: [...Object.keys(vendorHomes), 'zod'].map(packagePath) },
  ),
  error(
    'test-package-in-product',
    'Packages for tests and tools are not loaded by what users run.',
    { path: '^(contract|server|web)/src/', pathNot: [test, suite] },
    { path: packagePath(any(testPackages)) },
  ),
  error(
    'web-package-is-declared',
    'The web app ships what web/package.json names.',
    { path: '^web/src/', pathNot: test },
    { path: npm, pathNot: dependenciesOf('web/package.json').map(packagePath) },
  ),
]

const io = ['fs', 'net', 'tls', 'dgram', 'http', 'https', 'http2', 'child_process', 'cluster', 'sqlite']
const rim = [
  error(
    'io-at-the-rim',
    'Files, sockets and processes are touched by adapter, app, edge and main; the rest asks a port.',
    { path: '^server/src/(kernel|port|pipeline|service)/', pathNot: [test, suite] },
    { dependencyTypes: ['core'], path: node(io) },
  ),
  error(
    'threads-at-the-rim',
    'Threads belong to the rim too, and to the detectors, whose arithmetic must not stop the event loop.',
    {
      path: '^server/src/(kernel|port|pipeline|service)/',
      pathNot: [test, suite, '^server/src/pipeline/detect/(worker|link)[^/]*[.]ts$'],
    },
    { dependencyTypes: ['core'], path: node(['worker_threads']) },
  ),
  error(
    'web-runs-in-a-browser',
    'No Node modules in the web app.',
    { path: '^web/src/', pathNot: test },
    { dependencyTypes: ['core'] },
  ),
]

const graph = [
  error(
    'no-cycle',
    'Modules that load one another in a ring cannot be read, tested or moved alone.',
    {},
    { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  ),
  error(
    'no-cycle-of-types-but-through-the-door',
    'A folder may name the types of its own index.ts, which exports its factory; any other ring of types is a ring.',
    { pathNot: 'index[.]ts$' },
    { circular: true, viaOnly: { pathNot: 'index[.]ts$' } },
  ),
  error('no-unresolved-import', 'The module must exist.', {}, { couldNotResolve: true }),
  error(
    'no-orphan',
    'What nobody imports and imports nobody is dead, or an entry point that belongs in this list.',
    {
      orphan: true,
      pathNot: [
        ...testing,
        '^(script|bench|web/public)/',
        '(^|/)[^/]*[.]config[.]ts$',
        '[.]d[.]ts$',
        '^[.]dependency-cruiser[.]mjs$',
        '^server/(bin/aiops[.]js|src/main[.]ts)$',
        '(^|/)(main|[^/]*worker[^/]*)[.]tsx?$',
      ],
    },
    {},
  ),
  error(
    'name-that-says-nothing',
    'STYLE §2: a file or folder is named after what it holds.',
    {},
    {
      path: '(^|/)(utils?|helpers?|common|shared|misc|manager|types)([.]|/)',
      pathNot: ['node_modules/', '[.]d[.]ts$'],
    },
  ),
]

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [...layers, ...vendors, ...rim, ...graph],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|coverage|[.]git|[.]cache)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'default'],
      mainFields: ['module', 'main', 'types'],
    },
  },
}
