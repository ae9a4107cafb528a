/**
 * Words of everyday English, in the form in which they are folded. A word that is here is never taken for a misspelt name, and never
 * called an unknown one. Nouns that services are commonly named after (cart, checkout, invoice) are left out on purpose.
 */
const closed = `a an the this that these those some any every each either neither both all none no not one two three four five six seven
eight nine ten eleven twelve fifteen twenty thirty forty fifty sixty ninety hundred thousand million half quarter couple few several many much more most less least fewer fewest
other another such same own only i me my mine we us our ours you your yours he him his she her hers it its they them their theirs myself itself yourself
themselves who whom whose which what when where why how whether while as if unless because since until till before after above below over
under up down in out on off at by for from to into onto of with without within about around against between among through during across
along behind beside besides beyond despite except inside outside near toward towards upon via per than then there here now just also too
very quite rather really actually still yet already ever never always often sometimes usually maybe perhaps probably possibly even
again once twice soon later earlier ago else instead so and or but nor plus minus vs versus be have do can could shall should will would
may might must ought need dare yes no yep nope yeah nah ok okay oh ah hey hi hello please thanks thank pls sorry well hmm
etc eg ie aka like unlike able unable upto together apart away back forward ahead aside onwards per`

const verbs = `approve reject merge propose deny flip revert git gitops terraform opentofu approval policy budget drift accept access achieve act add admit affect agree allow answer appear apply ask assume attach avoid balance bear become begin behave
believe belong bet blame block book bother bring build burn buy call care carry catch change charge cheat check choose claim clean clear close come compare
complain complete concern confirm consider contain continue contribute control cope copy cost count cover crash create cut damage
date deal decide decrease delay delete deliver depend describe deserve design detect develop die differ disappear discover discuss
display do double doubt draw drive drop dump eat enable end enjoy enter examine exist expect experience explain express fail fall feel fetch
fight figure fill find finish fit fix flag focus follow force forget form free freeze get give go grab grow guess hand handle hang happen
hate have hear help hide hit hold hope hurt identify ignore imagine improve include increase indicate inform intend introduce investigate involve
join jump justify keep kick kill know lack last laugh lead learn leave let lie lift link list listen live load lock look lose love lower
make manage mark matter mean measure meet mention mind miss move name notice obtain occur offer open operate order own pass pay
perform pick place plan play point pop post predict prefer prepare present press pretend prevent print prove provide publish pull push put
raise reach react read realize receive recognize recommend record recover reduce refer refuse relate release remain remember remove rename repair repeat replace
reply report represent require resolve respond rest restore result return reveal ring rise roll rule run save say search see seem
select sell send serve set settle shake share shift shoot show shut sign sit skip sleep slow solve sort sound speak spend split spread stand
start state stay stick stop store stress stretch struggle study submit succeed suffer suggest summarize supply support suppose survive suspect
switch take talk teach tell tend test think throw tidy tie touch track trigger trust try tune turn understand update upgrade use verify view
visit wait wake walk want warn waste watch wear win wish wonder work worry write elaborate clarify brief expand dig drill zoom swap upset rank filter group narrow`

const nouns = `severity certificate certificates label labels ability account action activity address advice afternoon age agreement amount angle area argument aspect attention attempt average
bank bar base basis bit board body boss box boy brother business buyer case cat cause center centre chance chart child class client coffee colleague color
colour column comment company condition connection consequence content context corner country course crew culprit customer data day decision
degree department detail detective developer difference direction disaster discussion distance dog door doubt dozen duration duty earth edge effect effort
element email employee engineer environment error evening event evidence example exception expert explanation eye face fact factor family fault
feature feedback field file fire floor food foot friend front fun future game girl glance goal graph ground guy hair half head heart heat height hell help history home hour
house idea image impact importance increment info information input instance interest internet issue item job joke journey joy key kid kind kitchen
label land language law leader level life light limit line list log lot luck lunch machine mail majority man manager map market mass matter
maximum meaning measurement meeting member memory mess message method middle minimum minute model moment money month mood morning mother mountain movement
music nature neighbour neighbor news night noise noon number object office opinion option outcome output overview owner page pain pair panic paper paragraph parent part
partner party past path pattern peak people percent percentage period person phone photo picture piece place planet plenty poem politics position possibility
pressure price priority problem process product production progress proof property purpose quality question range rate ratio reading
reason recipe region relation relationship repeat request reserve resource response responsibility rest review risk road role room row
sample scale scene school science score screen season second section sense sentence series shape ship side sign signal sister site situation size
skill sky society software solution something anything nothing everything someone anyone everyone nobody everybody anybody somebody song source space
spot staff stage standard star statement status step stone story street stuff style subject success suggestion summary summer sun surface symptom
system table talk target task teacher team technology term text theory thing thought time tip title today tomorrow tonight tool top topic total
town trace trade train travel tree trend trick trip trouble truth type uncle unit usage user value variety version victim view visitor voice wall war water
way weather website week weekend weight whole wife window winter woman wood word world year yesterday zone colleagues folks guys mate buddy dude shift standup handover oncall`

const others = `absent abnormal abrupt acceptable accurate active actual additional afraid alive alone amazing angry annoying apparent average aware
awful bad basic beautiful best better big bigger biggest bizarre blank blue boring brief bright broad broken busy busiest calm careful central certain cheap cheapest clean
clear clever close cold common complete complex confident constant convenient cool correct crazy critical crucial curious current
dangerous dark dead deep definite dependent different difficult dirty dry dumb early easy effective empty enormous entire equal erratic exact excellent
excessive expensive extra extreme fair false familiar famous fast faster fastest favourite final fine firm first flat free frequent fresh friendly full
fun funny general gentle global good gray great green guilty happy hard harmful healthy heavy heaviest helpful hidden high higher highest honest horrible hot hotter hottest
huge hungry idle important impossible inactive individual innocent insane intermittent internal external irregular kind known
large larger largest late later latest lazy lightly likely little local long longer longest loose loud low lower lowest lucky mad main major massive maximum mean mere
minor missing modern multiple mutual narrow nasty national natural neat necessary negative new newer newest next nice noisy noisiest normal obvious odd
offline old older oldest online open opposite ordinary original overall painful particular perfect permanent personal physical plain pleasant
poor popular positive possible potential powerful precise present previous prime prior private proper proud public pure quick quiet random rapid rare
raw ready real reasonable recent red regular related relative relevant reliable remaining remote responsible rich right rough round
sad safe secret secure senior separate serious severe shaky sharp short sick significant silent silly similar simple single slight slowest slower slow small smaller smallest smart smooth
sober soft solid special specific stable stale steady strange strict strong stuck stupid sudden suitable sure suspicious sweet tall
technical temporary terrible thick thin tight tiny tired total tough true typical ugly unaffected uncertain uncommon unexpected unhappy unhealthy unique unknown unstable unusual upper
urgent useful useless usual valid various vast visible warm weak weird wet white wide wild wise wonderful worst worse worthy wrong yellow young
ten almost anyhow anymore anyway anywhere badly barely basically briefly clearly closely completely constantly correctly currently definitely directly
easily enough entirely especially everywhere exactly extremely fairly finally fully generally gradually greatly hardly hence however immediately
indeed initially lately likewise literally mainly mostly namely nearly necessarily newly normally notably nowhere obviously occasionally originally otherwise
overnight partly permanently previously properly quickly quietly rarely recently regularly relatively roughly seriously shortly simply simultaneously slightly slowly
somehow somewhat somewhere specifically steadily strongly suddenly supposedly surely therefore though although thus totally truly
typically ultimately unfortunately usually utterly whatever whenever wherever whichever whoever worldwide straight halfway please kindly urgently asap fyi btw lol
january february march april june july august september october november december monday tuesday wednesday thursday friday saturday sunday
mon tue wed thu fri sat sun jan feb mar apr jun jul aug sep sept oct nov dec gmt utc cet cest bst est edt pst pdt ist jst
cant wont dont doesnt didnt isnt arent wasnt werent hasnt havent hadnt shouldnt wouldnt couldnt whats whos hows wheres whens thats theres im ive id ill youre theyre lets
prod live staging dev platform landscape estate fleet stack env english german french dinner breakfast heck hell damn shit fuck wtf god gosh ugh
password passwords passwd passphrase kubeconfig kubeconfigs secret secrets credential credentials token tokens apikey jailbreak jailbroken guardrail guardrails guideline guidelines restriction restrictions developer sudo exploit ransomware malware exfiltrate attacker pastebin horoscope lottery bitcoin crypto homework celebrity election religion girlfriend boyfriend astrology vacation holiday movie poetry lyrics limerick essay novel python javascript bash script kubectl curl wget helm yaml json html pdf markdown
drain drains draining cordon uncordon rollback reboot bounce kick failover patch evict bottleneck endpoint endpoints smell cook acknowledge
chicken egg joke haiku sonnet recipe capital president football`

/** How people talk when they are tired: slang, and what they say beside the matter. */
const casual = `hosed borked bork busted toast toasted fried fry fubar janky wonky whacky wacky dodgy sketchy fishy iffy grumpy cranky whiny whine whining moan groan grumble nag squawk squeal
screech scream shriek chirp buzz beep bleep buzzing hiccup hiccups blip blips glitch glitches glitchy bug bugs buggy crater tank tanked tanking nosedive choke choking gasp limp limping wobble
wobbly wobbling stutter stumble stagger melt meltdown explode implode puke barf vomit spew spit cough chill chilled dandy peachy swell groovy kosher hunky dory hum humming tick ticking purr breathe breathing
kicking yo hiya sup howdy bro bruh man lads gang team peeps gents dear sir madam okey okie dokie yup yap nope nah meh ugh argh oof ouch yikes whoa wow omg lmao rofl tbh imo imho afaik iirc tldr eli5 gist rundown lowdown
nutshell scoop skinny dirt story deal vibe juice jazz shebang kit caboodle gizmo gadget thingy thingie whatsit doohickey dingus sucker bugger bastard beast monster bloody freaking frigging fricking flipping darn dang crap crappy
suck sucks lame gnarly nuts bonkers crazy haywire awol kaput goner belly sideways south pear shaped wild ballistic bananas loco hairy ropey manky naff knackered hiding lurking creeping sneaking poking fiddle fiddled fiddling tinker tweak
tweaked meddle tamper poke poked nudge nudged jiggle yank yanked shove shoved bumped landed cutover hotfix unbreak unstuck untangle salvage rescue revive resurrect babysit nurse sleepy asleep awake bed nap snack coffee beer pub sofa couch
commute drive driving train meeting call dial ringing rang woken dreaming weekend monday tuesday shift desk laptop slide slides deck manager director exec execs ceo cto cfo vp board stakeholder stakeholders auditor auditors newbie rookie newcomer junior senior
intern trainee contractor vendor supplier partner neighbour rival competitor blink glance peek squint eyeball skim scan sniff snoop hunt chase track trail dump dumping dumped flood flooding flooded swamp swamped hammer hammered hammering pound pounding
slam slammed pummel clog clogged jam jammed congested overload overloaded overworked overwhelmed starve starved starving drown drowning exhausted maxed pegged pinned saturated bursting brimming overflowing cramped stuffed crammed lightweight heavyweight
gobble gobbling guzzle guzzling munch munching chomp devour devouring swallow slurp hogging squander drain leak leaking leaky bleed bleeding dripping trickle swell swelling balloon ballooning bloat bloated shrink shrinking inch inching
skyrocket skyrocketing soar soaring plummet plunging plunge surge surging spike spiking jump jumpy bumpy choppy noisy nutty sane insane alright fab stellar ace lumped lump clumped bundle bundled fold folded rolled wrap wrapped
hasten hurry rush rushing panic panicking freak freaking stress stressed sweat sweating tense nervous anxious afraid scared curious puzzled baffled confused lost clueless stumped dumbfounded
maintenance downtime uptime outage outages unplug unplugged reboot rebooted bounced nuked wiped gone vanish vanished disappear missing absent awol silent mute muted quiet hushed gagged hush shush shut squelch
obsolete deprecated legacy shiny brand newest latest previous former original stock vanilla default custom pulled pushing pulling shoving shipping shipped launched launching unveiled introduced kicked
lend borrow steal stole stolen rob grab grabbed grabbing snatch fetch fetching flagged spotted noticed seen heard smelled smelly stink stinks stinky reek reeks tastes rotten rusty dusty crusty stale
danger dangers peril crisis emergency mayhem chaos havoc drama fuss rumour rumours gossip hotline helpdesk callcenter desk guts nerve throat vein lung brain muscle bone belly stomach headlines headline verdict recap
reconstruct replay retell rewind undo redo unwind trace roadmap deadline budget bonus invoice holiday honeymoon birthday party wedding parents parent kids wife husband girlfriend friend neighbour cat dog coffee breakfast brunch supper
colleague colleagues teammate teammates peer peers crew squad staff newbie guru wizard ninja hero legend genius fool idiot clown joke prank magic luck fate miracle mystery riddle puzzle clue hint tip guess hunch instinct
bigger fatter fattest chunkier beefier heftier weightier leaner lighter slimmer thinner thicker denser sparser deeper shallower wider narrower taller shorter older younger fresher staler cleaner dirtier safer riskier
sicker sickest healthier healthiest happier happiest sadder saddest angrier angriest busier calmer calmest louder quieter greedier greediest hungrier lazier laziest crazier weirder weirdest stranger strangest uglier ugliest nastier nastiest
vitals pulse temperature weather climate season shape form fit fitness stamina strength weakness pain ache fever cold flu infection virus disease illness wound scar bruise injury cure remedy pill medicine doctor patient hospital
pipeline pipelines robot robots bot bots deployer prio prios svc svcs proggy config configs doc docs documentation wiki ticket tickets jira slack teams zoom copies copy
gig gigs megs meg bytes byte bits bit kilo mega tera nano milli micro
regarding concerning considering given provided assuming supposing pending excluding including
ones proposal proposals settings human finance others allowance wanna needs cheaper zero sale worth regulator mode afford growth contract recovery behaviour behavior behaviours behaviors thresholds threshold
compliance breakdown committee expiry operations references entries candidates candidate forbidden renewal closer tariff tariffs boundary timestamps translate estimate cent cents setup campaign phrase elsewhere calculate letter
trim execute pause surprises automatic funds typo exclude happenings phase gain demand gigabyte gigabytes currency hypotheses author click envelope siblings weekday expense expenses bells plate reviewer
histogram threads bored spare feet coincidence port violate commander offenders guides essence further owns roof quota legal nearer relocate codes badge originate breach credits standby assign
behalf oddities himself administrator stake financial blown thousands reckon correspond leftovers suffice bunch arrive scope locations bound benefit constraint permit forbid obey shot worthwhile generous ourselves
promises queries moan moans moaning folks
midnight dawn dusk sunrise sunset noon lunchtime teatime overnight nightly daily hourly weekly monthly quarterly annually yearly biweekly fortnight`

export const ordinaryWords: ReadonlySet<string> = new Set(
  [closed, verbs, nouns, others, casual].flatMap((words) => words.split(/\s+/)).filter((word) => word !== ''),
)

/** Everyday verbs: what is said of things, and no part of the name of one. */
export const ordinaryVerbs: ReadonlySet<string> = new Set(verbs.split(/\s+/))

/** Words that carry grammar and no matter: what a name is never made of. */
export const functionWords: ReadonlySet<string> = new Set(closed.split(/\s+/))

/** What customers and the business call things: by itself the name of nothing that runs here, unless something is called so. */
export const businessWords: ReadonlySet<string> = new Set(
  `checkout payment payments cart carts basket baskets order orders ordering purchase purchases invoice invoices invoicing billing subscription subscriptions shipping shipment shipments delivery deliveries
refund refunds return returns booking bookings reservation reservations account accounts login logins logon signin signup signups registration onboarding password profile profiles catalogue catalog
website webpage homepage webshop webstore storefront shop store frontend backend frontpage page pages portal app apps mobile browser browsers desktop api apis search searches product products price prices pricing
email emails mail mails newsletter notification notifications sms chat message messages call calls upload uploads download downloads video videos image images photo photos media content
customer customers user users shopper shoppers buyer buyers client clients subscriber subscribers revenue sales conversion money card cards credit bank wallet coupon coupons voucher vouchers discount discounts stock inventory
dashboard dashboards report reports analytics reporting admin infra infrastructure network internet wifi vpn dns firewall proxy loadbalancer balancer ingress egress cdn cache caches storage backup backups`.split(
    /\s+/,
  ),
)
