//! English words by which people name the tasks of everyday scenarios.

use super::Table;

pub const TASKS: Table = &[
    (
        "refund",
        &[
            (
                6,
                "refund*|money back|cash back|reimburs*|pay me back|paid back|repay*|return this|return it|return my|return the|return an|\
                 return a|send it back|send this back|send them back|sent it back|give it back|take it back|overcharged|charged twice|\
                 charged me twice|double charged|my money|return label|returning",
            ),
            (4, "money|compensat*|charged|voucher|credited|return|sent back|send back"),
            (3, "broken|damaged|faulty|wrong item|wrong size|does not fit|doesnt fit|doesnt work|torn|too big|too small|in pieces|payment"),
            (2, "changed my mind|change my mind"),
        ],
    ),
    (
        "track",
        &[
            (
                5,
                "parcel*|package*|track|tracking|tracked|traced|courier|shipped|dispatch*|shipment|shipping|whereabouts|warehouse|delivery|\
                 deliveries|delivered|deliver|where is my order|wheres my order|in transit|depot",
            ),
            (
                3,
                "where is|wheres|where are|where has|hasnt arrived|not arrived|hasnt come|hasnt turned up|never arrived|never turned up|\
                 never came|still waiting|on its way|arrive|arrived|arriving|driver|postman|in the post|when will|when is|get here|\
                 turn up|how long|shown up|not received|havent received|didnt receive|never received|lost|order status|status of my order",
            ),
        ],
    ),
    (
        "cancel",
        &[
            (6, "cancel*|call off|called off|calling off|dont send|do not send|stop the order|stop my order|stop the delivery|withdraw"),
            (
                5,
                "dont want it|dont want the|dont want this|dont want that|dont want my|dont want them|no longer want|no longer need|dont need it|not want it|by mistake|by accident|accidentally|\
                 ordered twice|dont ship|before it ships|take it off|ordered the wrong",
            ),
            (2, "changed my mind|change my mind"),
        ],
    ),
    (
        "lights",
        &[
            (5, "light|lights|lamp|lamps|lighting|bulb|bulbs|chandelier|spotlight*"),
            (3, "dark|darkness|brighter|bright|dim|brighten|cant see|cannot see|illuminat*|pitch black|gloomy|in the dark"),
            (2, "turn on|switch on|put on|switch off|turn off"),
        ],
    ),
    (
        "heating",
        &[
            (5, "heating|heater|heaters|thermostat|temperature|radiator*|boiler|degrees|degree|celsius|aircon"),
            (
                4,
                "warmer|colder|cooler|cold|freezing|chilly|warm|hot|heat|toasty|frozen|shivering|boiling|stuffy|sweating|nippy|icy|baking|\
                 roasting|cosy|cozy|cool",
            ),
        ],
    ),
    (
        "blinds",
        &[
            (6, "let some light in|let the light in|let in some light|let in the light|let some daylight|natural light|let ~ sun in"),
            (5, "blind|blinds|shutter*|curtain*|shade|shades|drapes|venetian|daylight|sunlight|sunshine"),
            (3, "sun|glare|privacy|peeping|blinding|see in"),
            (2, "pull|raise|lower|tilt"),
        ],
    ),
    (
        "door",
        &[
            (5, "door|doors|unlock*|gate|locked out|let me in|let us in|let ~ in|let ~ inside|get in|open up|buzz"),
            (4, "garage|lock|locked|entrance|keys|key|doorbell|knocking|open sesame"),
        ],
    ),
    (
        "meeting",
        &[
            (5, "meeting*|meet|meets|meetup"),
            (
                4,
                "catch-up|catchup|catch up|one to one|one-to-one|one on one|one-on-one|sit down|sit-down|sync|standup|stand-up|kickoff|\
                 kick-off|workshop|interview|appraisal|briefing|conference|debrief|huddle",
            ),
            (3, "discuss|discussion|get together|appointment|review|agenda|see"),
        ],
    ),
    (
        "call",
        &[
            (
                6,
                "call|calls|phone|phoning|phoned|ring|telephone|facetime|videocall|by phone|give ~ a ring|give ~ a bell|ring up|calling|\
                 voice chat",
            ),
            (4, "zoom|skype|whatsapp|dial|talk to|speak to|speak with"),
        ],
    ),
    (
        "dinner",
        &[
            (7, "party of"),
            (5, "dinner*|supper|restaurant|table for|a table|eat|eating|meal|dine|dining|steakhouse|pizzeria|bistro|evening out|eat out"),
            (4, "hungry|reservation|food|pizza|sushi|steak|starving|tapas|curry"),
        ],
    ),
    (
        "lesson",
        &[
            (5, "lesson*|class|classes|tutor*|course|teach|learn|learning|tuition|lessons"),
            (4, "teacher|coach|coaching|instructor|training|trainer|practise|beginner*|improve my"),
            (
                3,
                "session|grade|piano|guitar|violin|cello|drums|singing|yoga|pilates|swimming|tennis|golf|driving|spanish|french|italian|german|\
                 english|japanese|chinese|danish|maths|math|chess|dance|dancing|ballet|pottery|painting|cooking|riding|surf|surfing|skiing|\
                 photography",
            ),
        ],
    ),
    (
        "reminder",
        &[
            (
                7,
                "remind*|dont let me forget|keep forgetting|always forget|nudge|alert me|wake me|wake ~ up|ping me|note to self|notify me|\
                 dont let me miss|jog my memory|prod me|poke me|give me a shout|alarm",
            ),
            (5, "let me know when|tell me when|tell me to|must remember|have to remember|need to remember"),
            (4, "forget|forgot|memory|remember|forgetful"),
        ],
    ),
    (
        "party",
        &[
            (6, "party|parties|celebrat*|house warming|housewarming|house-warming|bash|baby shower|hen do|stag do|leaving do|bbq|barbecue"),
            (4, "birthday|get-together|gathering|farewell|reception|knees-up|disco|shindig"),
            (3, "drinks|throw a|wedding|anniversary|graduation|christmas|halloween|new year"),
        ],
    ),
];

/// Another person is asked for; with the second list only where nothing else is wanted.
pub const PERSON: &str = "human|real person|actual person|live person|live agent|real agent|human being|operator|to a person|with a person|\
    someone real|somebody real|real human|not a robot|not a bot|not a machine|not a computer|flesh and blood|an actual";
pub const RATHER_PERSON: &str = "a manager|the manager|your manager|supervisor|representative|to someone|to somebody|with someone|\
    with somebody|an agent|your boss|put me through|colleague|staff|customer service|the owner|in charge|an adviser|an advisor";
pub const HELP: &str = "what can you|what do you do|what can i|what are you able|how does this work|how do you work|how do i use|what else can|\
    what are my options|how can you help|what kind of things|what sort of things|what things|can you help me|what you can do|\
    what am i able|what could you|what are you for|what all can|instructions|what is it you|list your|what commands";
pub const INSULT: &str = "stupid|idiot*|useless|dumb|moron*|rubbish|trash|hate you|shut up|pathetic|crap|fool|you suck|garbage|brainless|\
    incompetent|hopeless|waste of time|clown|jerk|damn|screw you|fuck*|shit*|bloody|worst|ridiculous|piece of junk|thick|dense|worthless|\
    imbecile|you are terrible|youre terrible|youre awful|joke|sick of you|bonehead|ass|arse|asshole|bastard|bitch|suck|sucks|annoying|\
    lousy|dimwit|toaster";
pub const GREETING: &str = "hello|hi|hey|hiya|howdy|greetings|good morning|good afternoon|good evening|good day|anyone there|anybody there|\
    are you there|you there|whats up|sup|morning|evening|afternoon|yo|how are you|anybody home|anyone home|hallo|helo|hullo";
