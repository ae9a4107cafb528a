// Runs before `npm start` and `npm test`: installs what is missing and builds the web app if it is stale.
// Plain JavaScript for the machine's own Node (20.19 or newer), since the pinned Node 24 may not be there yet.
// Says one line for each thing it does, and nothing when there is nothing to do.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const inRoot = (path) => join(root, path)
const lockFile = inRoot('package-lock.json')
const installedStamp = inRoot('node_modules/.cache/aiops-lock')
const builtStamp = inRoot('web/dist/.aiops-built')
/** Everything the web app is made of; the lock stands for its packages. */
const webSources = [
  'web/src',
  'web/public',
  'web/index.html',
  'web/vite.config.ts',
  'web/package.json',
  'contract/src',
  'package-lock.json',
]

const lockHash = hashOf(['package-lock.json'])
if (!isInstalled()) install()
const node = pinnedNode()
const webHash = hashOf(webSources)
if (existsSync(inRoot('web/index.html')) && read(builtStamp) !== webHash) build()

function isInstalled() {
  if (!existsSync(inRoot('node_modules/.bin/node'))) return false
  if (read(installedStamp) === lockHash) return true
  if (!isInstalledByHand()) return false
  write(installedStamp, lockHash)
  return true
}

/** After somebody's own `npm ci`: what npm wrote down as installed is what the lock asks for. */
function isInstalledByHand() {
  const installed = packagesIn(inRoot('node_modules/.package-lock.json'))
  const wanted = packagesIn(lockFile)
  if (!installed || !wanted) return false
  return Object.entries(wanted).every(([path, { version, optional, peer, link }]) => {
    if (path === '' || link || !path.includes('node_modules/')) return true
    return installed[path] ? installed[path].version === version : optional || peer
  })
}

function packagesIn(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages
  } catch {
    return undefined
  }
}

/** With the npm that runs this script, and devDependencies even where NODE_ENV is production: Node itself is one. */
function install() {
  say('Installing packages (npm ci, once, about half a minute) …')
  const npm = process.env.npm_execpath
  const [command, first] = npm ? [process.env.npm_node_execpath ?? process.execPath, [npm]] : ['npm', []]
  const { status } = spawnSync(command, [...first, 'ci', '--include=dev', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
  })
  if (status !== 0) fail('npm ci did not succeed; what it printed above says why.')
  write(installedStamp, lockHash)
}

function pinnedNode() {
  try {
    const path = realpathSync(inRoot('node_modules/.bin/node'))
    const { version } = JSON.parse(readFileSync(inRoot('node_modules/node/package.json'), 'utf8'))
    if (Number(version.split('.')[0]) >= 24) return path
  } catch {
    // falls through to the same sentence
  }
  return fail(
    'Node 24 was not installed with the packages (is ignore-scripts set?): run "npm ci --ignore-scripts=false".',
  )
}

function build() {
  const started = Date.now()
  const vite = inRoot('node_modules/vite/bin/vite.js')
  const run = spawnSync(node, [vite, 'build', '--logLevel', 'warn'], {
    cwd: inRoot('web'),
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
  })
  if (run.status !== 0)
    fail(`${run.stdout}${run.stderr}\nThe web app did not build; the lines above say why.`)
  write(builtStamp, webHash)
  say(`Built the web app in ${((Date.now() - started) / 1000).toFixed(1)} s.`)
}

function hashOf(paths) {
  const hash = createHash('sha256')
  for (const file of paths.flatMap((path) => filesUnder(inRoot(path)))) {
    hash.update(`${relative(root, file)}\0`).update(readFileSync(file))
  }
  return hash.digest('hex')
}

function filesUnder(path) {
  if (!existsSync(path)) return []
  try {
    return readdirSync(path)
      .sort()
      .flatMap((name) => filesUnder(join(path, name)))
  } catch {
    return [path] // not a folder
  }
}

function read(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}

function write(path, text) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

function say(line) {
  process.stdout.write(`${line}\n`)
}

function fail(sentence) {
  process.stderr.write(`${sentence}\n`)
  process.exit(1)
}
