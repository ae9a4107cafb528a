import { giteaPullRoutes } from './gitea-pulls.ts'
import { type Answer, iso, ok, paged, type Route, refuse, type ScriptedForge, serveForge } from './http.ts'
import { token } from './rig.ts'
import { bot, type World } from './world.ts'

const route = (path: string): RegExp => new RegExp(`^/repos/team/shop${path}$`)

/** Gitea's API, version 1, as its Swagger document describes it: one repository, `team/shop`. */
export function serveGitea(world: World): Promise<ScriptedForge> {
  const routes: Route[] = [
    ['GET', /^\/user$/, () => ok({ id: 1, login: bot, username: bot })],
    [
      'GET',
      route(''),
      () => ok({ full_name: 'team/shop', default_branch: world.defaultBranch, allow_merge_commits: true }),
    ],
    ...branchRoutes(world),
    ...fileRoutes(world),
    ...giteaPullRoutes(world, route),
    [
      'POST',
      route('/statuses/([0-9a-f]+)'),
      ({ body }, sha = '') => {
        if (!world.git.commits.has(sha)) return refuse(404, 'object does not exist')
        world.status(sha, { state: body.state, context: body.context, description: body.description })
        return { status: 201, json: { status: body.state, context: body.context } }
      },
    ],
    [
      'GET',
      route('/collaborators/([^/]+)/permission'),
      (_, login = '') =>
        ok({ permission: world.members.has(login) ? 'write' : 'read', role_name: '', user: { login } }),
    ],
  ]
  return serveForge('/git/api/v1', routes, ({ headers }) => headers.authorization === `token ${token}`)
}

function branchRoutes(world: World): Route[] {
  const { git } = world
  const json = (name: string): unknown => {
    const sha = git.branches.get(name) ?? ''
    return {
      ...{ name, protected: git.protectedBranches.has(name) },
      commit: { id: sha, timestamp: iso(git.commits.get(sha)?.timeMs ?? 0) },
    }
  }
  return [
    [
      'GET',
      route('/branches'),
      (call) => paged(call, [...git.branches.keys()].sort().map(json), 'limit', 50, 30),
    ],
    [
      'GET',
      route('/branches/(.+)'),
      (_, name = '') =>
        git.branches.has(name) ? ok(json(name)) : refuse(404, "The target couldn't be found."),
    ],
    [
      'POST',
      route('/branches'),
      ({ body }) => {
        if (git.branches.has(body.new_branch_name)) return refuse(409, 'The branch already exists.')
        if (!git.commits.has(body.old_ref_name)) return refuse(404, 'The old branch does not exist')
        world.move(body.new_branch_name, body.old_ref_name)
        return { status: 201, json: json(body.new_branch_name) }
      },
    ],
    [
      'DELETE',
      route('/branches/(.+)'),
      (_, name = '') => {
        if (git.protectedBranches.has(name) || name === world.defaultBranch)
          return refuse(403, 'branch protected')
        return git.branches.delete(name) ? { status: 204 } : refuse(404, "The target couldn't be found.")
      },
    ],
  ]
}

function fileRoutes(world: World): Route[] {
  const { git } = world
  return [
    [
      'GET',
      route('/git/commits/([0-9a-f]+)'),
      (_, sha = '') => {
        const commit = git.commits.get(sha)
        if (!commit) return refuse(404, "The target couldn't be found.")
        return ok({
          ...{ sha, commit: { message: commit.message, tree: { sha: commit.tree } } },
          parents: commit.parents.map((parent) => ({ sha: parent })),
          files: git.changedPaths(sha).map((filename) => ({ filename, status: 'modified' })),
        })
      },
    ],
    [
      'GET',
      route('/git/trees/([0-9a-f]+)'),
      ({ query }, sha = '') => {
        const items = git.trees.get(sha)
        if (!items) return refuse(404, "The target couldn't be found.")
        const size = (blob: string): number => git.blobs.get(blob)?.length ?? 0
        const all: unknown[] = query.has('recursive')
          ? [...git.filesOfTree(sha)].map(([path, file]) => ({
              path,
              type: 'blob',
              size: size(file.sha),
              ...file,
            }))
          : items.map(({ name, ...item }) => ({ path: name, size: size(item.sha), ...item }))
        // Pages of two, so that there are some.
        const page = Number(query.get('page') ?? 1)
        const tree = all.slice((page - 1) * 2, page * 2)
        return ok({ sha, tree, page, total_count: all.length, truncated: page * 2 < all.length })
      },
    ],
    [
      'GET',
      route('/git/blobs/([0-9a-f]+)'),
      (_, sha = '') => {
        const bytes = git.blobs.get(sha)
        return bytes
          ? ok({ sha, encoding: 'base64', content: bytes.toString('base64'), size: bytes.length })
          : refuse(404, 'no blob')
      },
    ],
    [
      'GET',
      route('/contents/(.+)'),
      ({ query }, path = '') => {
        const sha = query.get('ref') ?? ''
        const file = git.files(sha).get(path)
        const bytes = git.blobs.get(file?.sha ?? '')
        if (!bytes) return refuse(404, "The target couldn't be found.")
        return ok({
          ...{ type: 'file', encoding: 'base64', size: bytes.length, path, sha: file?.sha },
          content: bytes.toString('base64'),
        })
      },
    ],
    ['POST', route('/contents'), ({ body }) => changeFiles(world, body)],
  ]
}

type FileOperation = { operation: string; path: string; sha?: string; content?: string }

function changeFiles(
  world: World,
  body: { branch: string; message: string; files: FileOperation[] },
): Answer {
  const { git } = world
  const head = git.branches.get(body.branch)
  if (head === undefined) return refuse(404, 'branch does not exist')
  if (git.protectedBranches.has(body.branch))
    return refuse(403, `user cannot commit to protected branch [branch_name: ${body.branch}]`)
  const changes = new Map<string, string | Uint8Array | null>()
  for (const { operation, path, sha, content = '' } of body.files) {
    const there = git.files(head).get(path)
    if (operation === 'create' && there) return refuse(422, `repository file already exists [path: ${path}]`)
    if (operation !== 'create') {
      if (!there) return refuse(404, `repository file does not exist [path: ${path}]`)
      if (sha === undefined) return refuse(422, 'a SHA or commit ID must be proved when updating a file')
      if (sha !== there.sha) return refuse(422, `sha does not match [given: ${sha}, expected: ${there.sha}]`)
    }
    changes.set(path, operation === 'delete' ? null : Buffer.from(content, 'base64'))
  }
  const made = git.change(head, changes, body.message, bot)
  world.move(body.branch, made)
  return {
    status: 201,
    json: { files: [], commit: { sha: made, parents: [{ sha: head }], message: body.message } },
  }
}
