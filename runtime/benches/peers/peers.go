// The scenarios of csprun's benches in Go: peers SCENARIO ROUNDS prints the time in nanoseconds, the result, and the
// most memory that it had, in bytes.
package main

import (
	"fmt"
	"os"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"time"
)

func commstime(n uint64) uint64 {
	start, copied, report, back := make(chan uint64), make(chan uint64), make(chan uint64), make(chan uint64)
	go func() {
		start <- 0
		for {
			start <- <-back
		}
	}()
	go func() {
		for {
			token := <-start
			copied <- token
			report <- token
		}
	}()
	go func() {
		for {
			back <- <-copied + 1
		}
	}()
	var sum uint64
	for i := uint64(0); i < n; i++ {
		sum += <-report
	}
	return sum
}

func pingPong(n uint64) uint64 {
	there, back := make(chan uint64), make(chan uint64)
	go func() {
		for number := range there {
			back <- number + 1
		}
	}()
	var number uint64
	for i := uint64(0); i < n; i++ {
		there <- number
		number = <-back
	}
	return number
}

// The same on goroutines that keep an OS thread each.
func pingPongThreads(n uint64) uint64 {
	there, back := make(chan uint64), make(chan uint64)
	go func() {
		runtime.LockOSThread()
		for number := range there {
			back <- number + 1
		}
	}()
	runtime.LockOSThread()
	var number uint64
	for i := uint64(0); i < n; i++ {
		there <- number
		number = <-back
	}
	return number
}

func stream(n uint64) uint64 {
	numbers := make(chan uint64, 1024)
	go func() {
		for i := uint64(0); i < n; i++ {
			numbers <- i
		}
		close(numbers)
	}()
	var sum uint64
	for number := range numbers {
		sum += number
	}
	return sum
}

func writers(nChannels, nWriters int) []chan uint64 {
	channels := make([]chan uint64, nChannels)
	for i := range channels {
		channels[i] = make(chan uint64)
		for k := 0; k < nWriters; k++ {
			go func(to chan<- uint64, token uint64) {
				for {
					to <- token
				}
			}(channels[i], uint64(i))
		}
	}
	return channels
}

func right(token uint64, i uint64) uint64 {
	if token == i {
		return 1
	}
	return 0
}

func select8(n uint64) uint64 {
	c := writers(8, 8)
	var nRight uint64
	for i := uint64(0); i < n; i++ {
		select {
		case token := <-c[0]:
			nRight += right(token, 0)
		case token := <-c[1]:
			nRight += right(token, 1)
		case token := <-c[2]:
			nRight += right(token, 2)
		case token := <-c[3]:
			nRight += right(token, 3)
		case token := <-c[4]:
			nRight += right(token, 4)
		case token := <-c[5]:
			nRight += right(token, 5)
		case token := <-c[6]:
			nRight += right(token, 6)
		case token := <-c[7]:
			nRight += right(token, 7)
		}
	}
	return nRight
}

func select16(n uint64) uint64 {
	c := writers(16, 1)
	var nRight uint64
	for i := uint64(0); i < n; i++ {
		select {
		case token := <-c[0]:
			nRight += right(token, 0)
		case token := <-c[1]:
			nRight += right(token, 1)
		case token := <-c[2]:
			nRight += right(token, 2)
		case token := <-c[3]:
			nRight += right(token, 3)
		case token := <-c[4]:
			nRight += right(token, 4)
		case token := <-c[5]:
			nRight += right(token, 5)
		case token := <-c[6]:
			nRight += right(token, 6)
		case token := <-c[7]:
			nRight += right(token, 7)
		case token := <-c[8]:
			nRight += right(token, 8)
		case token := <-c[9]:
			nRight += right(token, 9)
		case token := <-c[10]:
			nRight += right(token, 10)
		case token := <-c[11]:
			nRight += right(token, 11)
		case token := <-c[12]:
			nRight += right(token, 12)
		case token := <-c[13]:
			nRight += right(token, 13)
		case token := <-c[14]:
			nRight += right(token, 14)
		case token := <-c[15]:
			nRight += right(token, 15)
		}
	}
	return nRight
}

// More cases than one writes down.
func selectMany(n uint64) uint64 {
	var cases []reflect.SelectCase
	for _, channel := range writers(1000, 1) {
		cases = append(cases, reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(channel)})
	}
	var nRight uint64
	for i := uint64(0); i < n; i++ {
		chosen, token, _ := reflect.Select(cases)
		nRight += right(token.Uint(), uint64(chosen))
	}
	return nRight
}

func fanIn(n uint64) uint64 {
	channel := writers(1, 1000)[0]
	var nRight uint64
	for i := uint64(0); i < n; i++ {
		nRight += right(<-channel, 0)
	}
	return nRight
}

// All goroutines are alive before the first goes on.
func spawnJoin(n uint64) uint64 {
	open, ended := make(chan struct{}), make(chan uint64, 1024)
	for i := uint64(0); i < n; i++ {
		go func() {
			<-open
			ended <- 1
		}()
	}
	runtime.Gosched()
	close(open)
	var nEnded uint64
	for i := uint64(0); i < n; i++ {
		nEnded += <-ended
	}
	return nEnded
}

// A goroutine for each prime, started when the prime is found.
func sieve(n uint64) uint64 {
	source := make(chan uint64)
	go func(to chan<- uint64) {
		for number := uint64(2); ; number++ {
			to <- number
		}
	}(source)
	var sum uint64
	for i := uint64(0); i < n; i++ {
		prime := <-source
		sum += prime
		rest := make(chan uint64)
		go func(from <-chan uint64, to chan<- uint64) {
			for number := range from {
				if number%prime != 0 {
					to <- number
				}
			}
		}(source, rest)
		source = rest
	}
	return sum
}

// The most memory that this program had; getrusage would also count that of the program that started it.
func peak() uint64 {
	status, _ := os.ReadFile("/proc/self/status")
	for _, line := range strings.Split(string(status), "\n") {
		var kilobytes uint64
		if n, _ := fmt.Sscanf(line, "VmHWM: %d kB", &kilobytes); n == 1 {
			return kilobytes * 1024
		}
	}
	return 0
}

func main() {
	scenarios := map[string]func(uint64) uint64{
		"commstime":             commstime,
		"ping-pong-one-worker":  pingPong,
		"ping-pong-two-workers": pingPong,
		"ping-pong-threads":     pingPongThreads,
		"stream-spsc":           stream,
		"alternation-8x8":       select8,
		"alternation-16x1":      select16,
		"alternation-1000":      selectMany,
		"fan-in-1000":           fanIn,
		"spawn-join":            spawnJoin,
		"sieve":                 sieve,
	}
	run, known := scenarios[os.Args[1]]
	n, err := strconv.ParseUint(os.Args[2], 10, 64)
	if !known || err != nil {
		fmt.Fprintln(os.Stderr, "usage: peers SCENARIO ROUNDS")
		os.Exit(3)
	}
	started := time.Now()
	result := run(n)
	elapsed := time.Since(started)
	fmt.Println(elapsed.Nanoseconds(), result, peak())
}
