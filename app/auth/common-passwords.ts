/** Whether a password is among the first that attackers try, also in one of its usual disguises. */
export function isCommonPassword(password: string): boolean {
  const lower = password.toLowerCase()
  if (commonPasswords.has(lower) || /^(.)\1*$/su.test(lower)) return true

  // "P@ssw0rd2024!" is "password" to everybody who guesses passwords for a living.
  const stem = stemOf(lower)
  return stem !== undefined && commonStems.has(stem)
}

const lookalikes: Record<string, string> = {
  '@': 'a',
  '4': 'a',
  '3': 'e',
  '1': 'i',
  '!': 'i',
  '0': 'o',
  $: 's',
  '5': 's',
  '7': 't',
}

/** The word in a password without the few digits and signs around it, and with letters for lookalikes. */
function stemOf(lower: string): string | undefined {
  const word = /^[^a-z]{0,4}([a-z].*?)[^a-z]{0,8}$/s.exec(lower)?.[1]
  const stem = word?.replaceAll(/[@431!0$57]/g, (sign) => lookalikes[sign]!)
  return stem !== undefined && stem.length >= 5 ? stem : undefined
}

// Eight characters or more, as shorter ones are refused anyway.
const commonPasswords = new Set(
  `
  password passwords password1 password12 password123 passw0rd passwort passwordpassword mypassword
  thepassword newpassword yourpassword nopassword password! 12345678 123456789 1234567890 12345678910
  123456789a 123456789q 0123456789 0987654321 987654321 87654321 9876543210 123123123 123321123
  12341234 11223344 1122334455 11112222 112233445566 123454321 1234554321 147258369 159357456
  159753456 147852369 741852963 789456123 963852741 321654987 456789123 135792468 1029384756
  13579246 24681012 01234567 20202020 20242024 20252025 19851985 12121212 10101010 00112233 99887766
  121212121 123698745 102030405060 10203040 102030405 31415926 314159265 27182818 14789632 12344321
  qwertyui qwertyuiop qwerty123 qwerty1234 qwerty12 qwerty12345 qwerty123456 qwertyqwerty qwertzui
  qwertzuiop azertyui azertyuiop asdfghjk asdfghjkl asdfasdf asdf1234 asdfqwer zxcvbnm1 zxcvbnm123
  zxcvbnm, zxcvzxcv zaq12wsx zaq1zaq1 1qaz2wsx 1qaz2wsx3edc 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y
  q1w2e3r4 q1w2e3r4t5 qazwsxedc qazwsx123 qweasdzxc qweasd123 qwe123qwe 123qweasd 123qwe123 qwer1234
  qwert123 qwert1234 wasdwasd poiuytrewq lkjhgfdsa mnbvcxz1 1qazxsw2 2wsx3edc !qaz2wsx 1234qwer
  a1b2c3d4 a1b2c3d4e5 abc12345 abcd1234 abcde123 abc123abc abcdefgh abcdefghi abcdefg1 abcabcabc
  aa123456 a1234567 a12345678 a123456789 aaa12345 abcd12345 1a2b3c4d 123abc123 123456abc 123456aa
  iloveyou iloveyou1 iloveyou2 iloveyou! iloveyou123 iloveme1 ilovegod iloveu123 loveyou1 lovelove
  loveme123 lovely12 loverboy lovers12 mylove12 myloveyou teamo123 tequiero teamomucho jetaime1
  welcome1 welcome12 welcome123 welcomehome welcome2 letmein1 letmein123 letmeinnow letmeinplease
  changeme changeme1 changeme123 changeit changepassword default1 default123 temppass temp1234
  temporary tempest1 temppassword testtest test1234 test12345 testing1 testing123 tester123 test123456
  testpass testpassword guest123 guestguest user1234 user12345 username username1 login123 loginlogin
  admin123 admin1234 admin12345 administrator adminadmin adminpass admin2024 administrator1 root1234
  rootroot rootpass toor1234 superuser supervisor manager1 manager123 operator sysadmin server123
  computer computer1 computer123 internet internet1 internet123 samsung1 samsung123 google123
  facebook facebook1 facebook123 myspace1 linkedin linkedin1 twitter1 instagram youtube1 whatsapp
  microsoft windows1 windows10 macintosh android1 iphone123 nintendo nintendo64 playstation xbox3600
  minecraft minecraft1 pokemon1 pokemon123 pikachu1 fortnite roblox123 counterstrike warcraft starcraft
  starwars starwars1 startrek batman123 superman superman1 superman123 spiderman spiderman1 wolverine
  ironman1 deadpool1 darkside skywalker princess princess1 princess123 cinderella tinkerbell
  sunshine sunshine1 sunshine123 rainbow1 rainbow123 butterfly butterfly1 flower123 flowers1 blossom1
  football football1 football123 baseball baseball1 basketball basketball1 softball1 volleyball
  hockey123 soccer123 soccer12 swimming lacrosse liverpool liverpool1 liverpoolfc manchester
  manutd123 chelsea1 chelsea123 arsenal1 arsenal123 barcelona barcelona1 realmadrid juventus ronaldo7
  cristiano yankees1 lakers24 cowboys1 steelers steelers1 eagles123 redskins packers1 patriots
  michael1 michael123 michelle michelle1 jennifer jennifer1 jessica1 jessica123 daniel123 andrew123
  anthony1 anthony123 ashley123 brandon1 charlie1 charlie123 christian christopher elizabeth
  elizabeth1 matthew1 matthew123 jonathan jonathan1 joshua123 nicholas nicole123 patrick1 richard1
  robert123 samantha samantha1 stephanie victoria victoria1 veronica vanessa1 william1 alexander
  alexandra alexandre alejandro alejandra fernando francesco gabriel1 gabriela giovanni isabella
  jordan23 jordan123 kimberly margaret maximilian rodriguez sebastian valentina
  monkey123 monkey12 dragon123 dragon12 dragonball dragonballz master123 masterkey mustang1 shadow123
  shadow12 tigger123 hunter123 hunter12 killer123 buster123 ginger123 maggie123 bailey123 pepper123
  cookie123 chocolate chocolate1 cheesecake sweetheart sweetie1 sweety123 honey123 babygirl babygirl1
  angel123 angel1234 angels12 forever1 forever21 friends1 friends123 family123 happy123 happyday
  lucky123 lucky777 success1 freedom1 freedom123 summer123 summer2024 summer2025 winter123 winter2024
  winter2025 spring123 spring2024 spring2025 autumn123 autumn2024 autumn2025 january1 february
  september september1 october1 november november1 december december1 saturday thursday wednesday
  sandiego charlotte savannah brooklyn1 newyork1 newyork123 california california1 colorado
  london123 england1 germany1 deutschland australia scotland portugal argentina
  trustno1 whatever whatever1 nothing1 blahblah
  secret123 secret12 secretsecret topsecret mysecret mustang123 corvette corvette1 ferrari1 mercedes
  mercedes1 porsche1 yamaha123 kawasaki harley12 diamond1 diamonds platinum silver123 golden123
  access14 access123 passport passpass passpass1 pass1234 pass12345 pass123456 passcode password01
  password02 password11 password99 passwd123 contrasena contraseña motdepasse wachtwoord senha123
  hallo123 hallohallo hello123 hello1234 hellohello hellokitty hola1234 bonjour1 ciao1234 goodluck
  metallica metallica1 slipknot slipknot1 nirvana1 blink182 greenday greenday1 eminem123 rockstar
  rockstar1 guitar123 musicman beautiful beautiful1 gorgeous handsome creative blessed1 jesus123
  jesuschrist godisgood heaven123 faith123 mother123 father123 brother1 sister123 daughter grandma1
  money123 dollar123 business business1 company1 company123 office123 marketing security security1
  bookstore bookstore1 bookshop bookworm bookworm1 library1 reading1 customer customer1
  correcthorse correcthorsebatterystaple letmeinletmein opensesame opensesame1 abracadabra
  `
    .trim()
    .split(/\s+/),
)

const commonStems = new Set([...commonPasswords].map(stemOf).filter((stem) => stem !== undefined))
