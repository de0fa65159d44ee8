"""Icon names of the 22 classes, and of things that belong to none.

Names as emoji sets spell them. :func:`spelling` makes other spellings alike.
Names that show another thing in one of the sets are left out: ``turkey`` is a
flag too, ``sunglasses`` a face.
"""
import re
from typing import Dict, Tuple

_JOBS = ('artist', 'astronaut', 'construction-worker', 'cook', 'dancing',
         'detective', 'facepalming', 'factory-worker', 'farmer', 'firefighter',
         'gesturing-no', 'gesturing-ok', 'guard', 'health-worker', 'judge',
         'mechanic', 'office-worker', 'pilot', 'police-officer',
         'raising-hand', 'running', 'scientist', 'shrugging', 'singer',
         'standing', 'student', 'superhero', 'supervillain', 'teacher',
         'technologist', 'tipping-hand', 'walking', 'wearing-turban')

CLASS_ICONS: Dict[str, Tuple[str, ...]] = dict(
    airplane=('airplane', 'small-airplane', 'airplane-departure',
              'airplane-arrival'),
    animal=('lion', 'lion-face', 'tiger', 'tiger-face', 'tiger-side',
            'leopard', 'leopard-side', 'bear', 'bear-face', 'panda',
            'panda-face', 'monkey', 'monkey-face', 'gorilla', 'orangutan',
            'rabbit', 'rabbit-face', 'bunny', 'bunny-side', 'fox', 'fox-face',
            'koala', 'horse', 'horse-face', 'unicorn', 'unicorn-face', 'zebra',
            'deer', 'bison', 'cow', 'cow-face', 'ox', 'water-buffalo', 'pig',
            'pig-face', 'pig-side', 'boar', 'ewe', 'ram', 'sheep', 'goat',
            'camel', 'two-hump-camel', 'bactrian-camel', 'dromedary-camel',
            'llama', 'giraffe', 'mammoth', 'rhinoceros', 'hippopotamus',
            'mouse', 'mouse-face', 'mouse-side', 'rat', 'hamster',
            'hamster-face', 'hampster', 'chipmunk', 'beaver', 'hedgehog',
            'bat', 'kangaroo', 'badger', 'sloth', 'otter', 'skunk', 'raccoon',
            'wolf', 'wolf-face', 'frog', 'frog-face', 'crocodile', 'turtle',
            'lizard', 'snake', 'dragon', 'dragon-face', 'dragon-head',
            'dragon-side', 'sauropod', 't-rex', 'snail', 'butterfly', 'bug',
            'ladybug', 'lady-beetle', 'honeybee', 'spider', 'crab', 'octopus',
            'squid', 'donkey', 'moose'),
    bird=('bird', 'black-bird', 'rooster', 'chicken', 'baby-chick',
          'front-facing-baby-chick', 'front-facing-chick', 'hatching-chick',
          'duck', 'swan', 'owl', 'penguin', 'parrot', 'peacock', 'flamingo',
          'eagle', 'dove', 'dove-of-peace', 'goose', 'phoenix', 'dodo'),
    boat=('sailboat', 'ship', 'passenger-ship', 'ferry', 'speedboat',
          'motor-boat', 'canoe'),
    building=('house', 'house-with-garden', 'houses', 'house-building',
              'house-buildings', 'derelict-house', 'derelict-house-building',
              'office-building', 'castle', 'european-castle',
              'japanese-castle', 'hospital', 'school', 'bank', 'hotel',
              'convenience-store', 'church', 'mosque', 'synagogue',
              'hindu-temple', 'kaaba', 'classical-building', 'factory',
              'department-store', 'love-hotel', 'post-office',
              'european-post-office', 'japanese-post-office', 'hut', 'stadium',
              'tent', 'circus-tent'),
    car=('automobile', 'oncoming-automobile', 'taxi', 'bus', 'minibus',
         'trolleybus', 'police-car', 'fire-engine', 'ambulance',
         'delivery-truck', 'articulated-lorry', 'racing-car', 'race-car',
         'sport-utility-vehicle', 'recreational-vehicle', 'pickup-truck',
         'tractor', 'oncoming-bus', 'oncoming-taxi', 'oncoming-police-car'),
    cat=('cat', 'cat-face', 'black-cat', 'cat-side', 'grinning-cat',
         'smiling-cat-face-with-open-mouth', 'grinning-cat-with-smiling-eyes',
         'cat-with-tears-of-joy', 'cat-with-wry-smile', 'pouting-cat',
         'weary-cat', 'kissing-cat', 'crying-cat',
         'smiling-cat-with-heart-eyes', 'pouting-cat-face', 'weary-cat-face',
         'smiling-cat-face-with-heart-eyes'),
    cloud=('cloud', 'cloud-with-rain', 'cloud-with-snow',
           'cloud-with-lightning', 'cloud-with-lightning-and-rain',
           'rain-cloud', 'snow-cloud', 'storm-cloud'),
    dog=('dog', 'dog-face', 'dog-side', 'guide-dog', 'service-dog', 'poodle'),
    elephant=('elephant', ),
    fish=('fish', 'tropical-fish', 'blowfish', 'shark'),
    flower=('sunflower', 'tulip', 'rose', 'hibiscus', 'cherry-blossom',
            'blossom', 'bouquet', 'bouquet-of-flowers', 'lotus', 'hyacinth',
            'wilted-flower', 'white-flower'),
    fruit=('red-apple', 'green-apple', 'pear', 'tangerine', 'lemon', 'lime',
           'banana', 'watermelon', 'grapes', 'strawberry', 'cherries', 'peach',
           'mango', 'pineapple', 'kiwi-fruit', 'melon', 'blueberries',
           'coconut'),
    heart=('red-heart', 'heart', 'blue-heart', 'green-heart', 'yellow-heart',
           'purple-heart', 'pink-heart', 'orange-heart', 'black-heart',
           'brown-heart', 'white-heart', 'light-blue-heart', 'grey-heart',
           'growing-heart', 'beating-heart', 'heart-suit', 'sparkling-heart',
           'broken-heart', 'heart-green', 'heart-purple', 'heart-yellow',
           'heart-with-ribbon', 'heart-with-arrow'),
    moon=('crescent-moon', 'full-moon', 'full-moon-face',
          'full-moon-with-face', 'first-quarter-moon', 'last-quarter-moon',
          'first-quarter-moon-face', 'last-quarter-moon-face', 'new-moon-face',
          'new-moon-with-face', 'waxing-crescent-moon', 'waning-crescent-moon',
          'waxing-gibbous-moon', 'waning-gibbous-moon'),
    person=('boy', 'girl', 'man', 'woman', 'person', 'child', 'baby',
            'old-man', 'old-woman', 'older-person', 'princess', 'prince',
            'ballet-dancer', 'person-in-lotus-position', 'santa-claus',
            'mrs-claus', 'guardsman', 'waitress',
            *(f'{who}-{job}' for who in ('man', 'woman', 'person')
              for job in _JOBS)),
    play=('playground-slide', 'soccer-ball', 'basketball', 'volleyball',
          'baseball', 'tennis', 'tennis-ball', 'ferris-wheel',
          'carousel-horse'),
    rainbow=('rainbow', ),
    rocket=('rocket', ),
    star=('star', 'glowing-star', 'white-medium-star', 'dizzy-star',
          'white-star', 'black-star'),
    sun=('sun', 'sun-with-face', 'sun-rays', 'white-sun', 'bright-button'),
    tree=('deciduous-tree', 'evergreen-tree', 'evergreen', 'palm-tree',
          'christmas-tree', 'leafless-tree'))

# Named one by one: what is left over in such a set shows people, faces,
# animals and plants under names that don't tell.
OTHER_ICONS: Tuple[str, ...] = (
    # Food
    *('hamburger', 'french-fries', 'pizza', 'slice-of-pizza', 'hot-dog',
      'sandwich', 'taco', 'burrito', 'cooking', 'pot-of-food', 'popcorn',
      'canned-food', 'bento-box', 'rice-ball', 'cooked-rice', 'curry-rice',
      'steaming-bowl', 'spaghetti', 'dango', 'dumpling', 'ice-cream',
      'soft-ice-cream', 'doughnut', 'cookie', 'chocolate-bar', 'candy',
      'lollipop', 'custard', 'honey-pot', 'baby-bottle', 'glass-of-milk',
      'hot-beverage', 'teapot', 'beer-mug', 'wine-glass', 'cup-with-straw',
      'bread', 'croissant', 'pretzel', 'bagel', 'pancakes', 'waffle',
      'cheese-wedge', 'meat-on-bone', 'poultry-leg', 'bacon', 'butter'),
    # Tools
    *('hammer', 'axe', 'pick', 'wrench', 'screwdriver', 'nut-and-bolt', 'gear',
      'carpentry-saw', 'ladder', 'toolbox', 'magnet', 'scissors', 'pushpin',
      'round-pushpin', 'paperclip', 'straight-ruler', 'triangular-ruler',
      'pencil', 'crayon', 'pen', 'fountain-pen', 'paintbrush', 'key',
      'old-key', 'locked', 'unlocked', 'flashlight', 'light-bulb', 'candle',
      'magnifying-glass-tilted-left', 'microscope', 'telescope', 'test-tube',
      'pill', 'thermometer', 'bucket', 'broom', 'basket', 'toothbrush',
      'shield', 'anchor', 'vertical-traffic-light'),
    # Furniture
    *('chair', 'bed', 'couch-and-lamp', 'door', 'toilet', 'bathtub', 'window',
      'wastebasket', 'file-cabinet'),
    # Clothes
    *('t-shirt', 'jeans', 'dress', 'kimono', 'necktie', 'coat', 'socks',
      'gloves', 'scarf', 'womans-hat', 'womans-clothes', 'top-hat',
      'billed-cap', 'graduation-cap', 'running-shoe', 'mans-shoe',
      'high-heeled-shoe', 'womans-boot', 'womans-sandal', 'hiking-boot',
      'handbag', 'purse', 'backpack', 'school-backpack', 'glasses', 'crown',
      'ring', 'umbrella', 'briefcase', 'luggage'),
    # Instruments and machines
    *('guitar', 'violin', 'trumpet', 'saxophone', 'drum', 'musical-keyboard',
      'accordion', 'banjo', 'microphone', 'headphone', 'radio', 'bell',
      'musical-note', 'musical-notes', 'television', 'laptop',
      'desktop-computer', 'keyboard', 'printer', 'camera', 'movie-camera',
      'mobile-phone', 'telephone', 'telephone-receiver', 'battery',
      'electric-plug', 'floppy-disk', 'optical-disk', 'video-game',
      'joystick'),
    # Clocks
    *('watch', 'alarm-clock', 'timer-clock', 'mantelpiece-clock', 'hourglass',
      'hourglass-done', 'one-oclock', 'three-oclock', 'seven-oclock',
      'ten-oclock'),
    # Books and letters
    *('books', 'open-book', 'closed-book', 'blue-book', 'green-book',
      'notebook', 'ledger', 'scroll', 'newspaper', 'envelope', 'package',
      'memo', 'clipboard', 'calendar', 'spiral-calendar', 'label', 'bookmark',
      'file-folder', 'a-button-blood-type', 'b-button-blood-type',
      'input-latin-uppercase', 'input-numbers', 'question-mark',
      'red-question-mark', 'exclamation-mark', 'check-mark', 'plus',
      'hundred-points', 'speech-balloon'),
    # Presents and games
    *('wrapped-gift', 'trophy', 'puzzle-piece', 'game-die', 'chess-pawn'))


def spelling(name: str) -> str:
    """Spelling of an icon name without hyphens and a variant's number:
    ``penguin-2`` and ``baby-chick`` become ``penguin`` and ``babychick``."""
    return re.sub(r'-\d+$', '', name).replace('-', '')
