/**
 * Words that mean the same to a question, by concept; several words in one entry are a phrase. Written in their base form: plurals, tenses
 * and contractions fold into it. A word may stand in several concepts.
 */
export const conceptTable = {
  // asking
  WHICH: 'what, which, what kind of, what sort of',
  HOW_MANY: 'how many, count, number of, amount of, total number, how often, nr of, tally',
  SHOW: 'show, list, display, give, get, see, tell, print, enumerate, view, fetch, pull up, bring up, need, want, find, look at, check, look up, let I see, let I know, point I, paste, dump, hand I, toss, throw I, post, share, quote, tail, read I, spell out, rattle off, pull',
  WHY: 'why, how come, why on earth, for what reason, what reason, what cause, what make, what be make, what drive, what be drive, what trigger, what break, what kill, what lead to, what be behind, what lie behind, what be cause, what be the cause, what be the reason, explain, reason for, cause of, due to what, because of what',
  EXPLAIN:
    'explain, describe, elaborate, walk I through, help I understand, clarify, more detail, tell I more, details, detail, dig into, look into, investigate, diagnose, troubleshoot, debug, analyse, analyze, drill down',
  HOW: 'how, in what state, in which state',
  WHEN: 'when, since when, what time, at what time, at which time, how long ago, from when, how long, onset, for how long, start time, begin time, first sign, first time, first see, first notice, time of onset',
  WHO: 'who, whom, whose, which team, what team, which person, which group, which crew, which squad, which people',
  // states
  BROKEN:
    'break, broken, fail, failure, failing, fault, faulty, down, crash, dead, die, unhealthy, degrade, degraded, degradation, outage, wrong, problem, issue, trouble, on fire, burn, sick, ill, stuck, hang, hung, freeze, frozen, not ready, notready, unavailable, unreachable, not reachable, misbehave, act up, flaky, flap, kaput, kaputt, bork, borked, fubar, screw, bust, busted, go down, fall over, suffer, odd, strange, weird, bad, hurt, pain, throw error, return error, error out, time out, timeout, timing out, blow up, explode, melt, meltdown, not work, malfunction, offline, lost, abnormal, unwell, off, red, yellow, in a bad state, affect, affected, impact, impacted, unresponsive, not respond, concern, messed up, mess, sad, unhappy, struggle, disrupt, disruption, erroring, 5xx, 500, 500s, 502, 503, 504, refuse, hose, hosed, toast, fry, fried, wonky, wacky, janky, dodgy, iffy, glitch, glitchy, hiccup, buggy, tank, tanked, crater, choke, limp, wobble, wobbly, stutter, stumble, nosedive, haywire, awol, go south, go sideways, sideways, belly up, pear shaped, bonkers, nuts, knackered, wedge, wedged, jam, jammed, cook, smoke, smoking, cranky, grumpy, lose, vanish, gone, disappear, out cold, out of order, out of action, flatline, brick, bricked, not log in, not log into, not log on, not sign in, not get in, not get into, not kubectl into, not kubectl, not ssh, not connect, not reach, not pay, not check out, not load, not open, not start, not come up, not boot, will not start, will not come up, will not boot, refuse to start, refuse connection, not respond, not answer, not happy, unhappy, unwell, under the weather, in a bad way, on its knees, on the floor, drop out, drop off, blow a fuse, bomb, bomb out, unstable, shaky, rough, hit the fan',
  ATTENTION:
    'attention, worry, worried, concern, urgent, burning, on fire, serious, matter, critical, important, hurt, care, fishy, alarming, notable, noteworthy, interesting, headache, panic, urgent, pressing, dangerous, scary, ugly, nasty',
  SLOW: 'slow, slower, sluggish, laggy, slowness, take long, take so long, take ages, take forever, crawl, delay, delayed, hang, drag, not fast, performance, response slow, high latency, latent, timeout, so long, too long',
  FINE: 'fine, ok, okay, healthy, alright, all right, good, up, alive, green, normal, stable, happy, well, run, work, sane, in order, in good shape, respond, reachable, available, online, ready, under control, calm, quiet, clean, sound, recover, okey, oke, stand, still stand, tick, tick along, hum, hum along, breathe, purr, dandy, peachy, groovy, kosher, chill, chilled, intact, all clear, safe, solid, rock solid, behave, hold up, healthy again, good to go, uneventful, peaceful, boring',
  UNAFFECTED:
    'unaffected, not affect, not affected, not impact, not impacted, not involved, not hit, untouched, unharmed, spared, still work, still run, still fine, still ok, still healthy, still up, not broken, not in trouble',
  IMPROVE:
    'get better, get worse, better or worse, improve, improving, recover, recovering, worsen, worsening, level off, level out, calm down, settle, settle down, stabilise, stabilize, deteriorate, deteriorating, come down again, back to normal, ease, ease off, subside',
  WEIGH:
    'safe, safely, risky, risk, dangerous, danger, harmless, wise, unwise, good idea, bad idea, good moment, bad moment, good time, bad time, right moment, wrong moment, right time, wrong time',
  HEALTH:
    'health, status, state, condition, shape, wellbeing, healthcheck, health check, situation, feel, how be, how go, big picture, high level, go on, happen, up with, sitrep, diagnosis, overview, pulse, wrong with, matter with, going on, look, the story, the deal, wtf, tldr, gist, rundown, lowdown, low down, short version, bottom line, where do we stand, where we stand, state of play, state of affairs, state of the union, nutshell, in a nutshell, vital, vitals, checkup, check up, lay of the land, picture, temperature check, headline, headlines, news, verdict',
  EVERYTHING:
    'kubernetes, everything, anything, something, system, platform, all, fleet, environment, production, prod, thing, landscape, estate, overall, world, site, infrastructure, infra, whole, stack, general, here',
  // problems people speak of
  ALERT:
    'alert, alarm, page, pages, firing, fire, go off, notification, ring, warn, alerting, pagers, pager, beep, criticals, crits, beep, buzz, alarm bell, siren, klaxon',
  SILENCE:
    'silence, silenced, mute, muted, suppress, suppressed, snooze, snoozed, inhibit, inhibited, hush, quiet down, shut up, quieten, gag, gagged, squelch, hushed, blackhole, mute button',
  INCIDENT: 'incident, outage, major incident, sev1, sev2, p1, p2, war room, case, inc',
  WHINE:
    'whine, moan, grumble, complain, cry, bitch, groan, nag, yell, spit, spit out, spew, spew out, puke, barf, vomit, cough up, grouse, scream, shout, rant, shriek, screech, squawk, rage, kick up a fuss, make noise, throw, cry about, spam, babble, mumble, chatter',
  SEVERITY:
    'critical, warning, info, informational, crit, low, medium, minor, major, sev1, sev2, sev3, p1, p2, p3, severe, level, severity',
  OPEN: 'open, active, ongoing, current, unresolved, on go, running, live, now, right now, in progress',
  PAST: 'past, resolved, close, closed, over, expire, expired, historic, history, solved, finished, ended, already over, earlier, previous, recovered',
  ROOT_CAUSE:
    'root cause, rca, rootcause, root cause analysis, underlying cause, real reason, real cause, actual cause, true cause, main cause, probable cause, likely cause, most likely cause, likely culprit, prime suspect, origin, actual problem, underlying problem, root of, source of the problem, source of the trouble, suspect, culprit, original cause, main suspect, real culprit, root problem, at the bottom of, first domino, real problem, hypothesis, diagnosis',
  CAUSE:
    'cause, reason, culprit, trigger, blame, fault, guilty, responsible, origin, source, factor, explanation',
  CERTAIN:
    'how sure, how certain, how confident, confidence, certainty, certain, sure, probability, likelihood, how likely, evidence, proof, alternative, ruled out, rule out, other explanation, other cause, convinced, prove, how do you know, trust',
  INVOLVED:
    'involve, involved, blame, to blame, fault, guilty, related to, relate to, have anything to do with, have something to do with, have to do with, contribute, play a part, play a role, part of, responsible for, affected by, affect by, hit by, impacted by, innocent, implicate, implicated, culprit, behind, linked to, role in, suspect, off the hook, participate, relate, related, be it, cause, the cause, mixed up in, bottleneck, caught up in, to do with, the one, have a part, have a part in, play a part in, a part in, have a hand, have a hand in, hand in, be at fault, the guilty one, off the hook, in the clear, a red herring, red herring, have a role, share of the blame, partly',
  START: 'start, begin, commence, kick off, onset, appear, set in, first, begin to, break, show up, since',
  TIMELINE:
    'timeline, time line, sequence of events, order of events, chronology, chronological, chronologically, course of events, what happen when, history of, step by step, blow by blow, one after another, in order, sequence, story so far, unfold, play by play, what happen first, in which order, in what order, recap, retrace, order',
  CHANGE:
    'change, deploy, deployment, rollout, roll out, release, upgrade, update, modify, modification, config change, configuration change, ship, push, alter, feature flag, flag, toggle, flip, touch, merge, commit, configmap, config, new version, new, scaled, scale, differently, different, go live, edit, altered, fiddle, fiddle with, fiddled, tinker, tinker with, tamper, tamper with, tweak, mess with, mess around with, play with, poke, poke at, go in, get in lately, hotfix, migrate, migration, cutover, cut over, land, landed, bump, bumped, swap, swap out, reconfigure, turn on, turn off, switch on, switch off, switched, enable, disable, commit, patch, patched, do to, rolled out, roll over',
  DEPEND:
    'depend, dependency, dependencies, depend on, rely, rely on, call, upstream, downstream, talk to, connect to, connect, need, use, consume, consumer, caller, callee, topology, neighbour, neighbor, service map, architecture, talk with, speak to, hang on, hang off, communicate, invoke, backend, call graph, request go, linked, link, provider, lean on, lean, hang off, sit behind, sit under, sit on, stand behind, feed, feed from, plug into, hook up to, wire to, wire up to, hit up',
  DOWNWARD:
    'depend on, rely on, need, downstream, call out to, upstream dependency, backend of, backend, use, talk to, call, lean on, plug into, hook up to',
  UPWARD:
    'caller, upstream, who call, who use, consumer, client, dependent, dependant, who depend, what depend, who rely, who need, what call, what use, depend on it, rely on it, which service call, which service depend, which service use',
  BLAST:
    'blast radius, impact, impacted, affect, affected, collateral, knock on, knock-on, ripple, fallout, blast, customer impact, damage, who notice, who feel, consequence, victim, suffer, what happen if, what if, what break if, what would break, go down with, bring down, take down, harm, spread, who be hit, hit by, reach of, downstream impact, how bad be it for, spillover, cry, in trouble if, get hurt, go down as well, go with it, feel the pain, feel it, hit hard, hit hardest',
  OWNER:
    'own, owner, ownership, belong, belong to, responsible, in charge, in charge of, maintain, maintainer, on call, on-call, oncall, team, contact, escalate, page, phone, call, wake, wake up, ping, ask, talk to, reach out, in touch, whose, look after, take care of, run, accountable, point of contact, turn to, responsible for, care about, notify, get hold of, speak to, wakeup, inform, handle, bug, bother, shout at, yell at, poke about, baby, look after, on the hook for, on duty, babysit, nag, go to person, get on the phone, dial, annoy, pester, wrangle, on call for, be woken, wake for, guys behind, people behind',
  NEXT: 'what should I do, what must I do, what must we do, what to do for, what shall I do, what do I do, what can I do, what to do, what now, what next, next step, next, how do I fix, how to fix, fix, remedy, mitigate, mitigation, resolve, solve, solution, recommend, recommendation, advice, advise, suggest, suggestion, remediate, remediation, repair, action, how do I resolve, how do I solve, how do we, how can I, how can we, how to resolve, how to solve, how to repair, how to mitigate, make it stop, get rid of, what would you do, help I fix, where do I start, first step, way out, workaround, cure, what should we do, what shall we do, what can we do, what do we do, where to start, recover, proceed, options, course of action, bring back, get it back, what would help, what help, plan of action, best move, get out of this, plan, game plan, plan of attack, battle plan, unbreak, unstick, save, rescue, salvage, make it better, way forward, what would you, where do we go from here, quick fix, stop the bleeding, stop the bleed',
  RUNBOOK:
    'runbook, playbook, procedure, sop, run book, play book, instruction, automation, howto, cookbook, checklist, recipe for, written procedure, step by step guide, cheat sheet, cheatsheet, emergency procedure',
  // telemetry
  LOG: 'log, logs, logline, log line, log message, log entry, stderr, stdout, stack trace, stacktrace, exception, message, traceback, print out, output, logging, write, logfile, log file, console output, line, spit out, spew, spew out, puke, barf',
  PATTERN:
    'pattern, common, most common, most frequent, frequent, recurring, repeat, repeated, repeating, template, cluster of, group, grouped, kind of message, kind of error, type of error, kinds of, summary of, summarise, summarize, often, new message, new error, typical, noisy, dominant, prevalent, unusual, grouping, categories, sum up, boil down, condense, over and over, again and again, all the time, keep come back, keep coming back, keep come up, come back, top, gist',
  SEARCH:
    'search, grep, find, look for, filter, contain, mention, match, with the text, look in, look through, go through, saying, include',
  ERROR: 'error, exception, fatal, panic, err, errors, fault, failed request',
  METRIC:
    'metric, metrics, time series, timeseries, series, kpi, signal, indicator, measurement, number, figure, gauge, counter, measure, telemetry, promql',
  EXIST:
    'exist, available, there, have, be there, offer, collect, scrape, provide, know, record, export, expose, can I query, can I see, can I ask, which one, store, keep',
  COURSE:
    'trend, develop, development, evolve, evolution, course, chart, graph, plot, over time, history, curve, behave, change over, progress, grow, increase, decrease, rise, fall, climb, drop, go up, go down, spike, jump, dip, draw, shrink, over the last, over the past, sparkline, move, doing over, fluctuate, get better, get worse, creep, historical, look like over, go from, line chart, been like, creep up, over the course, trending, balloon, skyrocket, soar, plummet, surge, inch up, swell',
  COMPARE:
    'compare, comparison, versus, vs, difference, differ, against, compare to, compare with, contrast, side by side, relative to, next to, higher than, lower than, more than, less than, different from, better than, worse than, other than, slower than, faster than, than, diff',
  BEFORE:
    'before, earlier, previously, prior, than usual, usual, normal, baseline, than before, used to, usually, ago, yesterday',
  MOST: 'most, top, highest, biggest, largest, heaviest, busiest, slowest, worst, hungriest, hottest, maximum, max, greatest, noisiest, loudest, hog, hungry, greedy, fullest, leader, longest, oldest, the most, ranking, rank, sort, sorted, eat, eater, consumer of, slurp, chew, strongest, number one, main consumer, chattiest, big spender, heavy, winner, leaderboard, beefiest, fattest, hardest, tightest, hoggiest, closest to full, nearest to full, nearest full, laggiest, biggest eater, overloaded, chunkiest, worst offender, champion, slouch, slowpoke',
  FEWEST:
    'least, lowest, smallest, fewest, fastest, minimum, min, idlest, coolest, coldest, quietest, lightest, bottom, emptiest, shortest, youngest, laziest, slackest, most idle, least loaded',
  TRACE:
    'trace, traces, span, spans, tracing, distributed trace, request trace, waterfall, slow request, slowest request, call chain, where be the time, time spend, time spent, individual request, sample request, single request, exemplar, where do the time go, request path',
  ANOMALY:
    'anomaly, anomalies, anomalous, unusual, abnormal, outlier, out of the ordinary, deviation, deviate, out of band, suspicious, strange, weird, odd, irregular, unexpected, off normal, surprising, atypical, peculiar, stand out, not normal, abnormality, fishy, funny, off, wonky, phishy, out of whack, out of character, out of line, bizarre, wacky, unexplained, looks off',
  FORECAST:
    'forecast, predict, prediction, run out, run out of, run full, fill up, be full, get full, become full, how long until, how much time, how much longer, how long do we have, how long will, how long do, exhaust, exhausted, will reach, eta, project, projection, extrapolate, expect, future, hit the limit, when will, will it, last until, enough, days until, hours until, until full, time left, headroom, soon, going to, outlook, be going to, fill, filled, cross, exceed, anticipate, how soon, full, until it be full, before it be full, survive, overflow, make it, make it to, make it till, survive, hold until, hold out, hold out until, hold till, last the night, last the weekend, get through, when be full, burst, until we run out, run dry, out of space, blow up by, by tomorrow, till morning, tip over, how long have we get, before we run out',
  SLO: 'slo, sla, sli, error budget, budget, objective, service level, burn rate, slos, slas, reliability target, budget leave, target, burndown, availability target, nines, uptime, service level objective',
  COST: 'cost, price, money, expensive, euro, dollar, bill us, invoice, saving, save money, finops, charge us, do we pay, spending, how much do we pay, usd, eur, rightsizing, rightsize, chargeback, cost us, bucks, money wasted, waste money, waste on, set us back, set I back, dough, cash, bill, cheap, invoice us, burn money, monthly spend, pricey, costly, dollars, pounds',
  // kubernetes and things
  CLUSTER:
    'cluster, kubernetes cluster, k8s cluster, openshift, edge site, site, fleet, k8s, edge cluster, spoke, hub',
  NODE: 'node, machine, host, server, box, nodes, kubelet, hypervisor, vm, bare metal, control plane node',
  POD: 'pod, pods, container, containers, replica, replicas, instance, po, copy, copies',
  WORKLOAD:
    'workload, deployment, statefulset, daemonset, replicaset, job, cronjob, deploy, sts, ds, app, application, controller',
  SERVICE: 'service, microservice, svc, component, services, app, application, endpoint, api',
  NAMESPACE: 'namespace, ns, project, tenant',
  EVENT: 'event, events, kubernetes event, k8s event, kube event, cluster event',
  FINDING:
    'finding, findings, insight, insights, issue found, detected, detect, detection, rule hit, scan, check result, misconfiguration, misconfigured, hygiene, audit, best practice',
  PENDING:
    'pending, schedule, unschedulable, scheduled, scheduling, not scheduled, cannot be scheduled, be placed, place, insufficient, failedscheduling, unscheduled, no place, scheduler, stuck in pending, not get scheduled, homeless, in limbo',
  IMAGE_PULL:
    'imagepullbackoff, errimagepull, image pull, pull image, pull the image, pull its image, pull error, image, pull, registry, image pull backoff, image not found, pull secret, invalidimagename, tag, container image, download image, image pull back off, pull the container image, images',
  RESTART:
    'restart, restarts, restarting, crash loop, crashloop, crashloopbackoff, crash looping, crash-looping, reboot, bounce, bounced, restart loop, restart count, keep crashing, keep dying, keep restarting, keep crash, keep die, kill, killed, terminate, terminated, back off, backoff, respawn, come back up, loop, restarted, crash, die, evict, evicted, keep on crash, crashing, keep fall over, keep falling over, fall over again, flap, bootloop, boot loop, come and go, die again',
  OOM: 'oom, oomkill, oomkilled, oom kill, oom killed, out of memory, oomkills, memory kill, oom-killed, oom-kill, killed for memory, exit code 137, 137, memory limit, oomed, ooming',
  GPU: 'gpu, gpus, graphics card, nvidia, cuda, accelerator, a100, h100, h200, vram, mig, dcgm, video card, graphic card, tensor, l40s, dpu, xid',
  CNF: 'cnf, cnfs, network function, vdu, upf, amf, smf, cu, du, 5g, 5g core, vnf, o-ran, oran, telco, cucp, cuup, ric, sriov, sr-iov, vcu, gnb, n3, n4, pfcp, baseband, radio unit, core network, network functions, packet core',
  PTP: 'ptp, clock, time sync, timesync, phc, ptp4l, grandmaster, clock sync, clock offset, freerun, holdover, time synchronisation, time synchronization, precision time, synchronised, synchronized, sync, synce, clock drift, drift, offset, clock state, phc2sys, ts2phc, out of sync, gnss',
  CLOCK_SYNC:
    'sync, synchronised, synchronized, drift, offset, freerun, locked, holdover, time sync, clock sync, nanoseconds, grandmaster, ptp, accurate, out of sync',
  REPORT:
    'report, post-mortem, postmortem, post mortem, write up, write-up, writeup, executive summary, management summary, summary report, capacity plan, incident report, pdf, document, status report, handover, hand over, shift report, briefing, after action review, retrospective, retro, weekly, exec summary, rca document, incident review, rca report, paper, hand-over, summary for my boss, write I up, one pager, on paper, slide, slides, management report, board paper',
  WRITE:
    'write, generate, create, make, produce, prepare, draft, compile, export, put together, build, need, give, send, compose, want, get, do, have, assemble, sum up, summarise, summarize, knock up, whip up, cook up, put',
  CUSTOMER:
    'customer, user, client, people, support, helpdesk, business, shopper, subscriber, buyer, they, sales, colleague, boss, management, somebody, someone, everybody, everyone, shopper, visitor, folk, folks, guest, passenger, player, patient, merchant, stakeholder, half, manager, director, exec, execs, ceo, cto',
  COMPLAIN:
    'complain, say, report, tell, call, shout, notice, mention, write, experience, see, moan, yell, scream, claim, have, ticket, complaint, scream at',
  // acting and talk
  PLEASE:
    'please, can you, could you, would you, will you, go ahead and, I want you to, I would like you to, kindly, just, now, let us, we need to, I need you to, you should, you must, do a, do, ok, okay, hey, i want to, i need to, can we, could we, then, also, immediately, we should, let I, you need to, asap, would you mind, may I ask you to, can i',
  HELP: 'help, what can you do, what can I ask, what do you know, how do you work, who be you, what be you, commands, command, usage, capabilities, capability, manual, what question, which question, how do I use you, what are you able, tutorial, what else can you, example question, how to use, sort of question, kind of question, kinds of question, good for, capable',
  GREETING:
    'hello, hi, hey, good morning, good evening, good afternoon, good day, greetings, howdy, hiya, yo, moin, thanks, thank you, thx, ty, cheers, bye, goodbye, see you, good night, morning, ciao, hallo, servus, perfect, great, cool, nice, well done, good job, good bot, how be you, hola, nice work, sup, howdy, yo, good day to you, much appreciated, appreciated, appreciate, ta, awesome, lovely, brilliant, good stuff, see ya, laters',
} as const

export type Concept = keyof typeof conceptTable
