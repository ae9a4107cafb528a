import { join } from 'node:path'
import { auditCare } from './app/audit-care.ts'
import { openKubeconfig } from './app/clusters.ts'
import { dataCare } from './app/data-care.ts'
import { serve, settingsOf } from './app/serve.ts'
import { version } from './app/version.ts'
import { runCli } from './edge/cli/index.ts'

// A reader that has seen enough, such as `head`, ends the command; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

const code = await runCli(process.argv.slice(2), {
  version,
  serve,
  settings: settingsOf,
  data: dataCare,
  audit: auditCare,
  openCluster: openKubeconfig,
  mainPath: import.meta.filename,
  placementExample: join(import.meta.dirname, '../../example/placement'),
  startShop: async (options) => (await import('../../example/shop/index.ts')).startShop(options),
})
// A pipe takes what it has room for; what waits for a slow reader would be lost.
await new Promise<void>((resolve) => process.stdout.write('', () => resolve()))
process.exit(code)
