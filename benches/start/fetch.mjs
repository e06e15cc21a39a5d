const body = new URLSearchParams({ apikey: "key", fmt: "3", charset: "utf-8" });
const response = await fetch(`${process.argv[2]}/sys/balance.php`, { method: "POST", body });
console.log((await response.json()).balance);
