import { githubPullRoutes } from './github-pulls.ts'
import { type Answer, iso, ok, paged, type Route, refuse, type ScriptedForge, serveForge } from './http.ts'
import { token } from './rig.ts'
import { bot, type World } from './world.ts'

export const route = (path: string): RegExp => new RegExp(`^/repos/octo/shop${path}$`)

/** GitHub's API (2022-11-28) as docs.github.com describes it: one repository, `octo/shop`, at an Enterprise Server. */
export function serveGithub(world: World): Promise<ScriptedForge> {
  const routes: Route[] = [
    ['GET', /^\/user$/, () => ok({ login: bot, id: 1, type: 'User' })],
    [
      'GET',
      route(''),
      () => ok({ full_name: 'octo/shop', default_branch: world.defaultBranch, allow_merge_commit: true }),
    ],
    ...refRoutes(world),
    ...objectRoutes(world),
    ...githubPullRoutes(world, route),
    [
      'POST',
      route('/statuses/([0-9a-f]+)'),
      ({ body }, sha = '') => {
        if (!world.git.commits.has(sha)) return refuse(422, `No commit found for SHA: ${sha}`)
        if (body.description.length > 140) return refuse(422, 'Validation Failed')
        world.status(sha, { state: body.state, context: body.context, description: body.description })
        return { status: 201, json: { state: body.state, context: body.context } }
      },
    ],
    [
      'GET',
      route('/collaborators/([^/]+)/permission'),
      (_, login = '') => ok({ permission: world.members.has(login) ? 'write' : 'read', user: { login } }),
    ],
  ]
  return serveForge('/api/v3', routes, ({ headers }) => headers.authorization === `Bearer ${token}`)
}

function refRoutes(world: World): Route[] {
  const { git } = world
  const ref = (branch: string): unknown => ({
    ref: `refs/heads/${branch}`,
    object: { type: 'commit', sha: git.branches.get(branch) },
  })
  const protectedBranch: Answer = refuse(422, 'Changes must be made through a pull request.')
  return [
    [
      'GET',
      route('/git/ref/heads/(.+)'),
      (_, branch = '') => (git.branches.has(branch) ? ok(ref(branch)) : refuse(404, 'Not Found')),
    ],
    [
      'GET',
      route('/git/matching-refs/heads/(.+)'),
      (call, prefix = '') =>
        paged(
          call,
          [...git.branches.keys()].filter((name) => name.startsWith(prefix)).map(ref),
          'per_page',
          100,
          30,
        ),
    ],
    [
      'GET',
      route('/branches'),
      (call) =>
        paged(
          call,
          [...git.branches].map(([name, sha]) => ({ name, commit: { sha } })),
          'per_page',
          100,
          30,
        ),
    ],
    [
      'POST',
      route('/git/refs'),
      ({ body }) => {
        const branch = body.ref.replace('refs/heads/', '')
        if (git.branches.has(branch)) return refuse(422, 'Reference already exists')
        if (git.protectedBranches.has(branch)) return protectedBranch
        if (!git.commits.has(body.sha)) return refuse(422, 'Object does not exist')
        world.move(branch, body.sha)
        return { status: 201, json: ref(branch) }
      },
    ],
    [
      'PATCH',
      route('/git/refs/heads/(.+)'),
      ({ body }, branch = '') => {
        const head = git.branches.get(branch)
        if (head === undefined) return refuse(422, 'Reference does not exist')
        if (git.protectedBranches.has(branch)) return protectedBranch
        if (!body.force && !git.ancestors(body.sha).has(head))
          return refuse(422, 'Update is not a fast forward')
        world.move(branch, body.sha)
        return ok(ref(branch))
      },
    ],
    [
      'DELETE',
      route('/git/refs/heads/(.+)'),
      (_, branch = '') =>
        git.branches.delete(branch) ? { status: 204 } : refuse(422, 'Reference does not exist'),
    ],
  ]
}

function objectRoutes(world: World): Route[] {
  const { git } = world
  const commit = (sha: string): unknown => {
    const { tree = '', parents = [], message = '', timeMs = 0 } = git.commits.get(sha) ?? {}
    return {
      ...{ sha, message, tree: { sha: tree } },
      parents: parents.map((parent) => ({ sha: parent })),
      committer: { name: 'x', date: iso(timeMs) },
    }
  }
  return [
    [
      'GET',
      route('/git/commits/([0-9a-f]+)'),
      (_, sha = '') => (git.commits.has(sha) ? ok(commit(sha)) : refuse(404, 'Not Found')),
    ],
    [
      'POST',
      route('/git/commits'),
      ({ body }) => {
        if (!git.trees.has(body.tree)) return refuse(422, 'Tree SHA does not exist')
        return { status: 201, json: commit(git.commit(body.tree, body.parents, body.message, bot)) }
      },
    ],
    [
      'GET',
      route('/git/trees/([0-9a-f]+)'),
      ({ query }, sha = '') => {
        const items = git.trees.get(sha)
        if (!items) return refuse(404, 'Not Found')
        const blob = (path: string, mode: string, blobSha: string): unknown => ({
          ...{ path, mode, type: 'blob', sha: blobSha },
          size: git.blobs.get(blobSha)?.length,
        })
        const tree = query.has('recursive')
          ? [...git.filesOfTree(sha)].map(([path, file]) => blob(path, file.mode, file.sha))
          : items.map(({ name, mode, type, sha: item }) =>
              type === 'blob' ? blob(name, mode, item) : { path: name, mode, type, sha: item },
            )
        return ok({ sha, tree, truncated: false })
      },
    ],
    ['POST', route('/git/trees'), ({ body }) => postTree(world, body)],
    [
      'GET',
      route('/git/blobs/([0-9a-f]+)'),
      ({ headers }, sha = '') => {
        const bytes = git.blobs.get(sha)
        if (!bytes) return refuse(404, 'Not Found')
        if (headers.accept?.includes('raw')) return { status: 200, bytes }
        return ok({ sha, encoding: 'base64', content: bytes.toString('base64'), size: bytes.length })
      },
    ],
    [
      'GET',
      route('/contents/(.+)'),
      ({ query }, path = '') => {
        const sha = query.get('ref') ?? ''
        const bytes = git.blobs.get(git.files(sha).get(path)?.sha ?? '')
        if (!bytes) return refuse(404, 'Not Found')
        // As GitHub writes it: lines of 60.
        const content = bytes.toString('base64').replace(/(.{60})/g, '$1\n')
        return ok({ ...{ type: 'file', encoding: 'base64', size: bytes.length, path, content } })
      },
    ],
  ]
}

function postTree(
  { git }: World,
  body: { base_tree: string; tree: { path: string; mode: string; content?: string; sha?: null }[] },
): Answer {
  if (!git.trees.has(body.base_tree)) return refuse(422, 'base_tree is not a valid tree oid')
  const files = git.filesOfTree(body.base_tree)
  for (const { path, mode, content, sha } of body.tree) {
    // "Returns an error if you try to delete a file that does not exist."
    if (sha === null && !files.delete(path)) return refuse(422, 'GitRPC::BadObjectState')
    if (content !== undefined) files.set(path, { mode, sha: git.blob(content) })
  }
  return { status: 201, json: { sha: git.tree(files), tree: [], truncated: false } }
}
