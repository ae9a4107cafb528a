import { auditCare } from './app/audit-care.ts'
import { openKubeconfig } from './app/clusters.ts'
import { dataCare } from './app/data-care.ts'
import { serve, settingsOf } from './app/serve.ts'
import { version } from './app/version.ts'
import { runCli } from './edge/cli/index.ts'

const code = await runCli(process.argv.slice(2), {
  version,
  serve,
  settings: settingsOf,
  data: dataCare,
  audit: auditCare,
  openCluster: openKubeconfig,
  mainPath: import.meta.filename,
  startShop: async (options) => (await import('../../example/shop/index.ts')).startShop(options),
})
// A pipe takes what it has room for; what waits for a slow reader would be lost.
await new Promise<void>((resolve) => process.stdout.write('', () => resolve()))
process.exit(code)
