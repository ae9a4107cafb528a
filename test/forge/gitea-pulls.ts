import { type Answer, iso, ok, paged, type Route, refuse } from './http.ts'
import { bot, type Note, type Request, type World } from './world.ts'

type WithPull = (number: string | undefined, then: (request: Request) => Answer) => Answer
const missing = refuse(404, "The target couldn't be found.")

/** Pull requests, reviews, labels and comments as Gitea's Swagger document describes them. */
export function giteaPullRoutes(world: World, route: (path: string) => RegExp): Route[] {
  const json = (request: Request): unknown => pullJson(world, request)
  const withPull: WithPull = (number, then) => {
    const request = world.requests.get(Number(number))
    return request ? then(request) : missing
  }
  return [
    [
      'GET',
      route('/pulls'),
      (call) => {
        const state = call.query.get('state') ?? 'open'
        const found = world
          .newestFirst()
          .filter((one) => state === 'all' || (one.state === 'OPEN') === (state === 'open'))
        return paged(call, found.map(json), 'limit', 50, 30)
      },
    ],
    [
      'POST',
      route('/pulls'),
      ({ body }) => {
        if (!world.git.branches.has(body.head)) return missing
        if (world.openOf(body.head)) return refuse(409, 'pull request already exists for these targets')
        const named = new Map([...world.labels].map(([name, id]) => [id, name]))
        const labels = body.labels.map((id: number) => named.get(id))
        if (labels.includes(undefined)) return refuse(422, 'label does not exist')
        return {
          status: 201,
          json: json(
            world.open({
              title: body.title,
              description: body.body,
              source: body.head,
              target: body.base,
              labels,
            }),
          ),
        }
      },
    ],
    ['GET', route('/pulls/(\\d+)'), (_, number) => withPull(number, (request) => ok(json(request)))],
    [
      'PATCH',
      route('/pulls/(\\d+)'),
      ({ body }, number) =>
        withPull(number, (request) => {
          if (body.title !== undefined) request.title = body.title
          if (body.body !== undefined) request.description = body.body
          if (body.state === 'closed') world.close(request)
          return { status: 201, json: json(request) }
        }),
    ],
    [
      'POST',
      route('/pulls/(\\d+)/merge'),
      ({ body }, number) =>
        withPull(number, (request) => {
          if (request.state !== 'OPEN') return refuse(405, '')
          if (body.Do !== 'merge') return refuse(405, 'Invalid merge style')
          if (body.head_commit_id !== world.headOf(request)) return refuse(409, 'head out of date')
          return world.merge(request, `${body.MergeTitleField}\n\n${body.MergeMessageField}`)
            ? { status: 200 }
            : refuse(409, 'Merge Conflict')
        }),
    ],
    ...talkRoutes(world, route, withPull),
    [
      'GET',
      route('/labels'),
      (call) =>
        paged(
          call,
          [...world.labels].map(([name, id]) => ({ id, name })),
          'limit',
          50,
          30,
        ),
    ],
    [
      'POST',
      route('/labels'),
      ({ body }) => {
        if (!/^#[0-9a-f]{6}$/.test(body.color)) return refuse(422, 'color is required')
        const id = world.id()
        world.labels.set(body.name, id)
        return { status: 201, json: { id, name: body.name, color: body.color } }
      },
    ],
  ]
}

function talkRoutes(world: World, route: (path: string) => RegExp, withPull: WithPull): Route[] {
  const json = ({ id, author, body, timeMs, editedMs }: Note): unknown => ({
    ...{ id, body, user: { login: author } },
    ...{ created_at: iso(timeMs), updated_at: iso(editedMs ?? timeMs) },
  })
  return [
    [
      'GET',
      route('/pulls/(\\d+)/reviews'),
      (call, number) =>
        withPull(number, ({ approvals }) =>
          paged(
            call,
            approvals.map(({ id, login, state, headSha, timeMs, dismissed = false }) => ({
              ...{ id, state, dismissed, commit_id: headSha, submitted_at: iso(timeMs) },
              ...{ official: false, stale: false, user: { login } },
            })),
            'limit',
            50,
            30,
          ),
        ),
    ],
    // All at once: this list has no pages.
    [
      'GET',
      route('/issues/(\\d+)/comments'),
      (_, number) => withPull(number, ({ notes }) => ok(notes.map(json))),
    ],
    [
      'POST',
      route('/issues/(\\d+)/comments'),
      ({ body }, number) =>
        withPull(number, (request) => ({ status: 201, json: json(world.note(request, bot, body.body)) })),
    ],
    [
      'PATCH',
      route('/issues/comments/(\\d+)'),
      ({ body }, id) => {
        const note = [...world.requests.values()]
          .flatMap(({ notes }) => notes)
          .find((one) => one.id === Number(id))
        if (!note) return missing
        world.edit(note, body.body)
        return ok(json(note))
      },
    ],
  ]
}

function pullJson(world: World, request: Request): unknown {
  const open = request.state === 'OPEN'
  return {
    ...{
      number: request.number,
      title: request.title,
      body: request.description,
      state: open ? 'open' : 'closed',
    },
    head: {
      ref: request.source,
      sha: world.headOf(request),
      repo: { full_name: request.fork ? `${request.fork}/shop` : 'team/shop' },
    },
    base: {
      ref: request.target,
      sha: world.git.branches.get(request.target),
      repo: { full_name: 'team/shop' },
    },
    labels: request.labels.map((name) => ({ id: world.labels.get(name), name })),
    user: { login: request.author },
    html_url: `https://gitea.invalid/team/shop/pulls/${request.number}`,
    ...{ created_at: iso(request.createdMs), updated_at: iso(request.updatedMs) },
    ...{ merged: request.state === 'MERGED', merge_commit_sha: request.mergedSha },
    mergeable: open && !world.conflicts(request),
  }
}
